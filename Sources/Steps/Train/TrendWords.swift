import Numerics
import Report

/// What a training made of recent clicks, in words.
enum TrendWords {
  /// What an item's score has of them; nil where the model takes none.
  static func block(_ model: TwoTowerModel) -> Block? {
    let terms = zip(model.trendWeights, model.shape.trendHours).map { weight, hours in
      let window = NumberFormat.significant(hours, digits: 3)
      return
        "\(NumberFormat.significant(Double(weight), digits: 3)) × log(1 + its clicks in the \(window) hours before)"
    }
    guard !terms.isEmpty else { return nil }
    return .prose("Recent clicks: to the score of an item a request adds \(terms.joined(separator: " + ")).")
  }
}
