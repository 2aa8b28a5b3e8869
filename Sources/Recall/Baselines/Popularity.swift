import Clicks

/// Items by how often they were clicked in the history: the least a recommender has to beat.
package struct Popularity: ClickRanker, Equatable {
  /// The clicked items, most clicks first, ties by the lower key.
  package let items: [Int64]
  /// Their clicks, in the same order.
  package let clicks: [Int]
  /// What they are ranked by, in the same order: what their clicks count together, or the clicks.
  package let scores: [Double]

  /// Counts the clicks in `history`.
  /// - Parameters:
  ///   - candidates: the items that count; nil for all that were clicked.
  ///   - weighs: whether items are ranked by what their clicks count together, in place of their number.
  package init(_ history: UserSequences, among candidates: Vocabulary? = nil, weighs: Bool = false) {
    let all = Vocabulary(keysOf: history.items)
    let vocabulary = candidates.map { some in Vocabulary(sortedKeys: all.keys.filter(some.contains)) } ?? all
    var counts = [Int](repeating: 0, count: vocabulary.size)
    for item in history.items { counts[Int(vocabulary.code(of: item))] += 1 }
    counts[0] = 0
    var sums = counts.map(Double.init)
    if weighs, let weights = history.weights {
      sums = [Double](repeating: 0, count: sums.count)
      for (item, weight) in zip(history.items, weights) {
        sums[Int(vocabulary.code(of: item))] += Double(weight)
      }
    }
    let order = vocabulary.keys.indices.sorted { a, b in
      sums[a + 1] == sums[b + 1] ? a < b : sums[a + 1] > sums[b + 1]
    }
    items = order.map { vocabulary.keys[$0] }
    clicks = order.map { counts[$0 + 1] }
    scores = order.map { sums[$0 + 1] }
  }

  /// The `k` most clicked items that each of `users` may be given; scores are the clicks, or what these count.
  ///
  /// A user without a history is shown the most clicked items of all. Only items that were clicked are shown,
  /// so a list is shorter than `k` where there are no more of them.
  package func top(_ k: Int, for users: [Int64], _ requests: ClickRequests, threads: Int) -> RankedLists {
    precondition(k >= 0, "a list has no negative length")
    let vocabulary = Vocabulary(keysOf: items)
    let filter = requests.filter(vocabulary)
    let codeOfRank = filter.allowsAll ? [] : vocabulary.codes(of: items)
    var rankOfCode = [Int32](repeating: 0, count: vocabulary.size)
    for (rank, item) in items.enumerated() { rankOfCode[Int(vocabulary.code(of: item))] = Int32(rank) }
    // `seenBy[rank]` is the last user who has clicked the item, so that nothing is cleared between users.
    var seenBy = [Int32](repeating: -1, count: items.count)
    var lists = RankedLists(
      width: k,
      items: [Int64](repeating: 0, count: k * users.count),
      scores: [Float](repeating: 0, count: k * users.count),
      counts: [Int32](repeating: 0, count: users.count)
    )
    for (user, key) in users.enumerated() {
      let place = requests.clicks.place(of: key)
      for item in requests.hidden(place) {
        let code = vocabulary.code(of: item)
        if code > 0 { seenBy[Int(rankOfCode[Int(code)])] = Int32(user) }
      }
      let moment = requests.moment(of: place)
      fill(&lists, user, seenBy) { filter.allowsAll || filter.allows(codeOfRank[$0], at: moment) }
    }
    return lists
  }

  private func fill(
    _ lists: inout RankedLists,
    _ user: Int,
    _ seenBy: [Int32],
    isAllowed: (Int) -> Bool
  ) {
    var count = 0
    for rank in items.indices {
      guard count < lists.width else { break }
      guard seenBy[rank] != Int32(user), isAllowed(rank) else { continue }
      lists.items[user * lists.width + count] = items[rank]
      lists.scores[user * lists.width + count] = Float(scores[rank])
      count += 1
    }
    lists.counts[user] = Int32(count)
  }
}
