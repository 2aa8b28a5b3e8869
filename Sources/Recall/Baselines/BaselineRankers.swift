import Clicks
import Tables

/// The baselines that are asked for, made from the history once.
package struct BaselineRankers {
  private var requests: UserSequences
  private let threads: Int
  private var rankers: [Baseline: any ClickRanker] = [:]

  /// Makes `baselines` from the clicks to learn from, for requests that all come at `moment` or, where that is nil,
  /// each at its user's last click.
  /// - Parameter candidates: the items that can be shown, the same for all.
  /// - Throws: `DataError` where one needs times and the log has none; what `checkpoint` throws between two.
  package init(
    _ baselines: [Baseline],
    _ options: BaselineOptions,
    _ split: SplitData,
    ticksPerSecond: Int64,
    at moment: Int64?,
    among candidates: Vocabulary,
    threads: Int,
    checkpoint: () throws -> Void
  ) throws {
    requests = split.requestHistory
    self.threads = threads
    for baseline in baselines where rankers[baseline] == nil {
      try checkpoint()
      rankers[baseline] =
        switch baseline {
        case .popularity: Popularity(split.history, among: candidates)
        case .recentPopularity:
          try RecentPopularity(
            split.history,
            windowHours: options.windowHours,
            ticksPerSecond: ticksPerSecond,
            at: moment,
            among: candidates
          )
        case .itemCF:
          try ItemCF(
            split.history,
            options.itemCF,
            ticksPerSecond: ticksPerSecond,
            among: candidates,
            threads: threads
          )
        }
    }
  }

  /// The same for requests that see `history`, what was learned from, and nothing later, each at its user's last click.
  package func beforeValidation(_ history: UserSequences) -> BaselineRankers {
    var earlier = self
    earlier.requests = history
    if let recent = rankers[.recentPopularity] as? RecentPopularity {
      earlier.rankers[.recentPopularity] = recent.at(nil)
    }
    return earlier
  }

  /// The best `k` unseen items of `users` by a baseline; no lists where it was not asked for.
  package func lists(_ baseline: Baseline, k: Int, users: [Int64]) -> RankedLists {
    rankers[baseline]?.top(k, for: users, unseenIn: requests, threads: threads)
      ?? RankedLists(width: k, items: [], counts: [])
  }
}
