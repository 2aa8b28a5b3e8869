import Recipe
import Report

/// A published claim held against a run's figures.
struct ClaimResult {
  /// One figure beside ours.
  struct Comparison {
    /// The metric's full name.
    var metric: String
    /// What was published.
    var published: Double
    /// Ours; nil where there is no value.
    var own: Double?
    /// The interval that our figure has by user; nil where none was drawn.
    var interval: ClosedRange<Double>?
    /// The figures of runs that differ from ours in nothing but seeds, ours among them.
    var seeds: [Double] = []
  }

  /// What can be said of a figure.
  enum Verdict: Equatable {
    case reproduced, beaten, short
    /// There is nothing to judge by: no interval, or no value.
    case open
  }

  let claim: Claim
  let comparisons: [Comparison]
  /// In what the protocols differ, a few words each.
  let differences: [String]

  /// - Parameters:
  ///   - points: what the cell that measures can say of its protocol.
  ///   - own: what it said.
  init(_ claim: Claim, _ comparisons: [Comparison], points: [ProtocolPoint], own: [String: String]) {
    self.claim = claim
    self.comparisons = comparisons
    differences = claim.points.compactMap { point in
      guard let ours = own[point.name], !Self.areSame(ours, point.value) else { return nil }
      let words = points.first { $0.name == point.name }?.words ?? point.name
      return "\(words): \(Self.shown(point.value)) there, \(Self.shown(ours)) here"
    }
  }

  private static func areSame(_ a: String, _ b: String) -> Bool {
    if let a = Int(a), let b = Int(b) { return a == b }
    return a == b
  }

  private static func shown(_ value: String) -> String {
    Int(value).map(NumberFormat.grouped) ?? value.replacing("_", with: " ")
  }
}

extension ClaimResult.Comparison {
  /// The mean over seeds; ours alone where there is one.
  var mean: Double? {
    seeds.count > 1 ? seeds.reduce(0, +) / Double(seeds.count) : own
  }

  /// The standard deviation over seeds, with one degree of freedom less; nil for fewer than two.
  var deviation: Double? {
    guard seeds.count > 1, let mean else { return nil }
    return (seeds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seeds.count - 1)).squareRoot()
  }

  /// Where another training on other users of the same kind would lie: our interval by user, moved to the mean over seeds
  /// and widened by the spread of one training, as independent errors add: sqrt(half² + (1.96 s)²) on each side.
  var range: ClosedRange<Double>? {
    guard let interval, let own, let mean else { return nil }
    let spread = 1.96 * (deviation ?? 0)
    func widened(_ half: Double) -> Double { (half * half + spread * spread).squareRoot() }
    let (low, high) = (max(0, own - interval.lowerBound), max(0, interval.upperBound - own))
    return mean - widened(low)...mean + widened(high)
  }

  /// Whether the published figure lies within ``range``, below or above it.
  var verdict: ClaimResult.Verdict {
    guard let range else { return .open }
    if range.contains(published) { return .reproduced }
    return published < range.lowerBound ? .beaten : .short
  }

  /// How far ours is above the published figure, in numbers and in per cent of it.
  var distance: String {
    guard let mean else { return "there is no value of ours" }
    let difference = abs(mean - published)
    let share = published > 0 ? " (\(NumberFormat.fixed(100 * difference / published, digits: 1)) %)" : ""
    return NumberFormat.fixed(difference, digits: 4) + share
  }

  /// The verdict in words: `beaten by .0032 (3.4 %)`.
  var words: String {
    switch verdict {
    case .reproduced: "reproduced"
    case .beaten: "beaten by \(distance)"
    case .short: "short by \(distance)"
    case .open:
      if let mean {
        (mean >= published ? "above by " : "below by ") + distance
          + "; without an interval nothing more can be said"
      } else {
        "no value of ours"
      }
    }
  }
}

extension ClaimResult {
  /// What it comes to in one line.
  var verdict: String {
    guard differences.isEmpty else { return "not comparable: \(differences.joined(separator: "; "))" }
    let words = Set(comparisons.map(\.words))
    if words.count == 1, let words = words.first { return words }
    return comparisons.map { "\($0.metric) \($0.words)" }.joined(separator: ", ")
  }

  /// Whether figures could be held against each other, and ours are no worse.
  var isHeld: Bool {
    differences.isEmpty && comparisons.allSatisfy { $0.verdict == .reproduced || $0.verdict == .beaten }
  }

  /// The claim as reports keep it.
  var document: ReportDocument.Claim {
    ReportDocument.Claim(
      source: claim.source,
      table: claim.table,
      verdict: verdict,
      isComparable: differences.isEmpty,
      isHeld: isHeld,
      hasProtocol: !claim.points.isEmpty,
      figures: comparisons.map { figure in
        ReportDocument.Claim.Figure(
          metric: figure.metric,
          published: figure.published,
          own: figure.own,
          low: figure.interval?.lowerBound,
          high: figure.interval?.upperBound,
          seeds: figure.seeds.count,
          mean: figure.seeds.count > 1 ? figure.mean : nil,
          deviation: figure.deviation,
          verdict: differences.isEmpty ? figure.words : "not comparable"
        )
      }
    )
  }
}
