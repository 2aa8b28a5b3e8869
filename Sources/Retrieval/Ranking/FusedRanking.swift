import Notebook

/// The ranking of users by several sources together.
struct FusedRanking {
  let options: FusionOptions
  let rankers: BaselineRankers
  let pass: RankingPass
  let context: RunContext

  /// Users that are ranked together: the lists of their sources are all that is held at once.
  private static let blockUsers = 8192

  /// The best `k` unseen items of users, block by block: `body` gets their keys and lists.
  ///
  /// - Parameters:
  ///   - keys: the users' keys.
  ///   - places: their places in the user vocabulary, in the same order.
  func forEachBlock(
    _ keys: [Int64],
    _ places: [Int],
    k: Int,
    _ body: ([Int64], FusedLists) throws -> Void
  ) throws {
    let sources = options.sources
    let kept = sources.contains(.twoTower) ? try pass.kept(places, k: options.depth) : nil
    for start in stride(from: 0, to: keys.count, by: Self.blockUsers) {
      try context.checkCancellation()
      let range = start..<min(start + Self.blockUsers, keys.count)
      let users = Array(keys[range])
      let ranked = try sources.map { source in
        let lists =
          try source.baseline.map { rankers.lists($0, k: options.depth, users: users) }
          ?? kept?.rows(range) ?? pass.ranker.lists(Array(places[range]), k: options.depth)
        return (source: source, lists: lists)
      }
      try body(users, FusedLists(ranked, k: k, options, threads: context.threads))
    }
  }

  /// The same, all at once.
  func lists(_ keys: [Int64], _ places: [Int], k: Int) throws -> FusedLists {
    var all = FusedLists([], k: k, options, threads: context.threads)
    try forEachBlock(keys, places, k: k) { _, lists in all.append(lists) }
    return all
  }
}

extension RankedLists {
  /// Some of the lists.
  fileprivate func rows(_ range: Range<Int>) -> RankedLists {
    let entries = range.lowerBound * width..<range.upperBound * width
    return RankedLists(
      width: width,
      items: Array(items[entries]),
      scores: scores.isEmpty ? [] : Array(scores[entries]),
      counts: Array(counts[range])
    )
  }
}
