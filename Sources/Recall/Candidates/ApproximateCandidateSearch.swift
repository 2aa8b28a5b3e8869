import Clicks
import Numerics

/// Approximate search among the candidates of each request: the index knows nothing of them, so that it is asked for more items
/// than are wanted, and again for more, until enough candidates are among them or it finds nothing further.
struct ApproximateCandidateSearch {
  let index: FaissIndex
  let items: CandidateItems
  let threads: Int
  /// Makes the index ready for lists of a length.
  let prepare: (Int) throws -> Void

  /// How many places the lists of one call may have together.
  private static let mostPlaces = 4_000_000
  /// By how much more is asked for where too few candidates were found.
  private static let growth = 4

  /// The best `k` candidates of each query that the index finds.
  /// - Parameters as of ``ExactCandidateSearch``.
  func search(
    _ queries: Matrix,
    k: Int,
    _ exclusions: Exclusions?,
    at moments: [Int64],
    progress: (Int, Int) -> Void,
    checkpoint: () throws -> Void
  ) throws -> TopK {
    precondition(!items.isTimed || moments.count == queries.rows, "one moment a query")
    let rows = Vocabulary(keysOf: items.ids)
    let filter = CandidateFilter(items, rows)
    func moment(_ query: Int) -> Int64? { items.isTimed ? moments[query] : nil }
    var lists = TopLists(queries: queries.rows, k: k)
    // What there are as many candidates of is asked for as many items of.
    let counts = queries.rowIndices.map { items.count(at: moment($0)) }
    let order = queries.rowIndices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
    var waiting = [(group: order[...], depth: 0)]
    var done = queries.rows - order.count
    while let (group, asked) = waiting.popLast(), let last = group.last {
      let share = Double(counts[last]) / Double(max(1, index.itemCount))
      let depth = min(index.itemCount, max(asked, Int((1.2 * Double(k) / share).rounded(.up)) + 10))
      guard group.count == 1 || depth <= Self.mostPlaces / group.count else {
        let middle = group.startIndex + group.count / 2
        waiting += [(group[middle...], asked), (group[..<middle], asked)]
        continue
      }
      try prepare(depth)
      let own = exclusions.map { lists in Exclusions(group.map { Array(lists.ids(of: $0)) }) }
      let found = try withoutActuallyEscaping(checkpoint) { checkpoint in
        try index.search(
          queries: queries.rows(Array(group)),
          k: depth,
          options: SearchOptions(exclusions: own, threads: threads, checkpoint: checkpoint)
        )
      }
      var open: [Int] = []
      for (row, query) in group.enumerated() {
        lists.put(found, row, at: query) { filter.allows(rows.code(of: $0), at: moment(query)) }
        if lists.count(query) < min(k, counts[query]), found.counts[row] == depth, depth < index.itemCount {
          open.append(query)
        }
      }
      done += group.count - open.count
      if !open.isEmpty {
        waiting.append(
          (open[...], depth > index.itemCount / Self.growth ? index.itemCount : depth * Self.growth)
        )
      }
      progress(done, queries.rows)
    }
    return lists.top
  }
}
