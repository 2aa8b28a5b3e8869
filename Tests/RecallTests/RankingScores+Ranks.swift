import ClickFixtures

@testable import Clicks
@testable import Recall

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
