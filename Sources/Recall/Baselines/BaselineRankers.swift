import Clicks
import Tables

/// The baselines that are asked for, made from the history once.
package struct BaselineRankers {
  private var requests: ClickRequests
  private let threads: Int
  private var rankers: [Baseline: any ClickRanker] = [:]

  /// Makes `baselines` from the clicks to learn from, for requests that all come at `moment`, or else each at that of
  /// `moments`, `[users of the history]`, or else each at its user's last click.
  /// - Parameters:
  ///   - rules: what lists may hold.
  ///   - births: the items and from when on each exists, for ``Newest``.
  ///   - candidates: the items that can be shown at all.
  /// - Throws: `DataError` where one needs times and there are none; what `checkpoint` throws between two.
  package init(
    _ baselines: [Baseline],
    _ options: BaselineOptions,
    _ split: SplitData,
    ticksPerSecond: Int64,
    at moment: Int64?,
    moments: [Int64]? = nil,
    rules: CandidateRules = CandidateRules(),
    births: (items: [Int64], times: ItemTimes)? = nil,
    among candidates: Vocabulary,
    threads: Int,
    checkpoint: () throws -> Void
  ) throws {
    requests = ClickRequests(split.requestHistory, at: moment, moments: moments, rules: rules)
    self.threads = threads
    for baseline in baselines where rankers[baseline] == nil {
      try checkpoint()
      rankers[baseline] =
        switch baseline {
        case .popularity: Popularity(split.history, among: candidates, weighs: true)
        case .recentPopularity:
          try RecentPopularity(
            split.history,
            windowHours: options.windowHours,
            ticksPerSecond: ticksPerSecond,
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
        case .newest:
          try Self.newest(births, ticksPerSecond: ticksPerSecond, among: candidates)
        }
    }
  }

  /// The same for requests that see `history`, what was learned from, and nothing later, each at that of `moments` or at its
  /// user's last click.
  package func beforeValidation(_ history: UserSequences, moments: [Int64]? = nil) -> BaselineRankers {
    var earlier = self
    earlier.requests = ClickRequests(history, moments: moments, rules: requests.rules)
    return earlier
  }

  /// The same for lists that may hold other items, of those that can be shown at all.
  package func with(_ rules: CandidateRules) -> BaselineRankers {
    var other = self
    other.requests.rules = rules
    return other
  }

  private static func newest(
    _ births: (items: [Int64], times: ItemTimes)?,
    ticksPerSecond: Int64,
    among candidates: Vocabulary
  ) throws -> Newest {
    guard let births else {
      throw DataError("newest ranks items by their age, and the item table has no times of them")
    }
    return Newest(births.items, births.times, ticksPerSecond: ticksPerSecond, among: candidates)
  }

  /// The best `k` items that `users` may be given by a baseline; no lists where it was not asked for.
  package func lists(_ baseline: Baseline, k: Int, users: [Int64]) -> RankedLists {
    rankers[baseline]?.top(k, for: users, requests, threads: threads)
      ?? RankedLists(width: k, items: [], counts: [])
  }
}
