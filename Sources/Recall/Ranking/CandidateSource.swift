/// Where candidates come from.
package enum CandidateSource: String, CaseIterable, Sendable, Hashable {
  /// The two-tower model.
  case twoTower = "two_tower"
  /// ``ItemCF``.
  case itemCF = "item_cf"
  /// ``Popularity``.
  case popularity
  /// ``RecentPopularity``.
  case recentPopularity = "recent_popularity"
  /// ``Newest``.
  case newest

  /// The baseline that it is; nil for the model.
  package var baseline: Baseline? { Baseline(rawValue: rawValue) }

  /// Whether its scores hang on all clicks that were learned from, also on those that come after a request.
  package var knowsLaterClicks: Bool {
    switch self {
    case .twoTower, .itemCF, .popularity: true
    case .recentPopularity, .newest: false
    }
  }

  /// Its bit in a set of sources: 1 for the first, 2 for the second.
  var bit: UInt8 { 1 << UInt8(Self.allCases.firstIndex(of: self) ?? 0) }

  /// The names of all sets of sources, by their bits: `two_tower+item_cf` at 3.
  package static var setNames: [String] {
    (0..<(1 << allCases.count)).map { bits in
      allCases.filter { bits & Int($0.bit) != 0 }.map(\.rawValue).joined(separator: "+")
    }
  }
}
