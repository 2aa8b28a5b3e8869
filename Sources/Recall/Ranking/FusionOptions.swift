/// How lists of several sources become one.
package struct FusionOptions: Sendable, Hashable {
  /// What a source gives an item.
  package enum Method: String, CaseIterable, Sendable, Hashable {
    /// Its score, the list's lowest brought to 0 and its highest to 1.
    case weighted
    /// The reciprocal of its rank plus a constant.
    case rrf
  }

  /// What a source gives an item.
  package var method = Method.weighted
  /// How much each source counts, 0 or more; those that count nothing are not asked.
  package var weights: [CandidateSource: Double] = [.twoTower: 1, .itemCF: 0.5, .popularity: 0.1]
  /// How many items of each source are merged, 1 or more.
  package var depth = 200
  /// rrf: what is added to ranks, 0 or more.
  package var rrfK = 60.0

  /// The defaults.
  package init() {}

  /// The sources that count, in the order of their declaration.
  package var sources: [CandidateSource] { CandidateSource.allCases.filter { weights[$0] ?? 0 > 0 } }
  /// How many of the model's items are merged; nil where the model is no source.
  package var modelDepth: Int? { sources.contains(.twoTower) ? depth : nil }
}
