/// The ranking of users by several sources together.
package struct FusedRanking {
  private let options: FusionOptions
  private let rankers: BaselineRankers
  private let threads: Int
  private let checkpoint: () throws -> Void
  private let modelLists: (Range<Int>) throws -> RankedLists

  /// Users that are ranked together: the lists of their sources are all that is held at once.
  private static let blockUsers = 8192

  /// Puts a ranking together.
  ///
  /// - Parameters:
  ///   - rankers: the baselines among the sources of `options`.
  ///   - threads: how many threads share the users; the result does not depend on it.
  ///   - checkpoint: asked between blocks; what it throws ends the ranking.
  ///   - modelLists: the model's best items of a range of the users that are ranked, `options.depth` of each.
  package init(
    _ options: FusionOptions,
    rankers: BaselineRankers,
    threads: Int,
    checkpoint: @escaping () throws -> Void,
    modelLists: @escaping (Range<Int>) throws -> RankedLists
  ) {
    self.options = options
    self.rankers = rankers
    self.threads = threads
    self.checkpoint = checkpoint
    self.modelLists = modelLists
  }

  /// The best `k` unseen items of users, given by their keys, block by block: `body` gets keys and lists.
  package func forEachBlock(_ keys: [Int64], k: Int, _ body: ([Int64], FusedLists) throws -> Void) throws {
    for start in stride(from: 0, to: keys.count, by: Self.blockUsers) {
      try checkpoint()
      let range = start..<min(start + Self.blockUsers, keys.count)
      let users = Array(keys[range])
      let ranked = try options.sources.map { source in
        let lists =
          try source.baseline.map { rankers.lists($0, k: options.depth, users: users) }
          ?? modelLists(range)
        return (source: source, lists: lists)
      }
      try body(users, FusedLists(ranked, k: k, options, threads: threads))
    }
  }

  /// The same, all at once.
  package func lists(_ keys: [Int64], k: Int) throws -> FusedLists {
    var all = FusedLists([], k: k, options, threads: threads)
    try forEachBlock(keys, k: k) { _, lists in all.append(lists) }
    return all
  }
}
