extension Headline {
  /// `0.664 [0.657, 0.670]`.
  package var figure: String { Self.figure(value, interval) }

  /// `95 % interval`.
  var levelText: String { "\(NumberFormat.significant(100 * level, digits: 4)) % interval" }

  /// `0.657, 0.670`.
  static func ends(_ interval: [Double]) -> String {
    interval.map { NumberFormat.fixed($0, digits: 3) }.joined(separator: ", ")
  }

  fileprivate static func figure(_ value: Double, _ interval: [Double]?) -> String {
    NumberFormat.fixed(value, digits: 3) + (interval.map { " [\(ends($0))]" } ?? "")
  }
}

extension Headline.Rival {
  /// What a test of the difference came to.
  enum Verdict: String {
    case better, worse, luck

    /// It in words.
    var words: String {
      switch self {
      case .better: "better, and not by luck"
      case .worse: "worse, and not by luck"
      case .luck: "it could be luck"
      }
    }
  }

  /// `0.042 [0.037, 0.047]`.
  var figure: String { Headline.figure(value, interval) }

  /// The difference with its sign: `+0.152`.
  var differenceText: String {
    (difference < 0 ? "" : "+") + NumberFormat.fixed(difference, digits: 3)
  }

  /// `p < 0.001`; nil without a test.
  var pValueText: String? {
    pValue.map { $0 < 0.001 ? "p < 0.001" : "p = \(NumberFormat.fixed($0, digits: 3))" }
  }

  /// Nil where nothing was tested.
  var verdict: Verdict? {
    isMoreThanLuck.map { isReal in isReal ? (difference < 0 ? .worse : .better) : .luck }
  }
}
