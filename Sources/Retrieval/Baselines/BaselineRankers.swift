/// The baselines that are asked for, made from the history once.
struct BaselineRankers {
  private let requests: UserSequences
  private let threads: Int
  private var rankers: [Baseline: any ClickRanker] = [:]

  /// Makes `baselines` from the clicks to learn from, for requests that all come at `moment` or, where that is nil,
  /// each at its user's last click.
  /// - Throws: `DataError` where one needs times and the log has none; what `checkpoint` throws between two.
  init(
    _ baselines: [Baseline],
    _ settings: BaselineSettings,
    _ split: SplitData,
    ticksPerSecond: Int64,
    at moment: Int64?,
    threads: Int,
    checkpoint: () throws -> Void
  ) throws {
    requests = split.requestHistory
    self.threads = threads
    for baseline in baselines where rankers[baseline] == nil {
      try checkpoint()
      rankers[baseline] =
        switch baseline {
        case .popularity: Popularity(split.history)
        case .recentPopularity:
          try RecentPopularity(
            split.history,
            windowHours: settings.windowHours,
            ticksPerSecond: ticksPerSecond,
            at: moment
          )
        case .itemCF:
          try ItemCF(split.history, settings.itemCF, ticksPerSecond: ticksPerSecond, threads: threads)
        }
    }
  }

  /// The best `k` unseen items of `users` by a baseline; no lists where it was not asked for.
  func lists(_ baseline: Baseline, k: Int, users: [Int64]) -> RankedLists {
    rankers[baseline]?.top(k, for: users, unseenIn: requests, threads: threads)
      ?? RankedLists(width: k, items: [], counts: [])
  }
}
