@testable import Clicks
@testable import Recall
@testable import Steps

extension UserSequences {
  /// What each user clicked, and when; users are numbered from 0 unless named.
  init(_ items: [[Int64]], times: [[Int64]]? = nil, users: [Int64]? = nil) {
    var offsets = [0]
    for user in items { offsets.append((offsets.last ?? 0) + user.count) }
    let flat = items.flatMap { $0 }
    self.init(
      users: users ?? items.indices.map(Int64.init),
      offsets: offsets,
      items: flat,
      times: times?.flatMap { $0 },
      rows: [Int32](0..<Int32(flat.count))
    )
  }
}

extension RankingScores {
  /// The scores of users whose one held-out item stands at these ranks, 0 for nowhere.
  static func ofRanks(_ ranks: [Int], metrics: [RankingMetric], cutoffs: [Int]) -> RankingScores {
    let width = cutoffs.max() ?? 1
    return RankingScores(
      RankedLists(width: width, items: ranks.flatMap { _ in (1...width).map(Int64.init) }),
      heldOut: UserSequences(ranks.map { [Int64($0)] }),
      metrics: metrics,
      cutoffs: cutoffs
    )
  }
}
