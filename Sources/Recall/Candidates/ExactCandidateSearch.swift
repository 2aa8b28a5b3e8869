import Numerics

/// Exact search among the candidates of each request.
///
/// Requests are taken in the order of time. What none of a group of them may be given is left out of the searched matrix, and
/// what some may be given and some not is excluded for these: few items, as long as a group spans a short time. The result is
/// that of comparing each request with each of its candidates, to the bit, whatever the groups.
struct ExactCandidateSearch {
  let index: SearchIndex
  let items: CandidateItems
  let threads: Int

  /// How many exclusions of one group there may be, of one request more.
  private static let mostExclusions = 1_000_000

  /// The best `k` candidates of each query.
  /// - Parameters:
  ///   - exclusions: what queries must not be given besides, one list a query; nil for nothing.
  ///   - moments: when each query comes, `[queries]`, where candidates hang on it.
  func search(
    _ queries: Matrix,
    k: Int,
    _ exclusions: Exclusions?,
    at moments: [Int64],
    progress: (Int, Int) -> Void,
    checkpoint: () throws -> Void
  ) throws -> TopK {
    var lists = TopLists(queries: queries.rows, k: k)
    guard queries.rows > 0 else { return lists.top }
    guard items.isTimed else {
      let rows = items.moments.indices.filter { items.moments[$0] != .never }
      let found = try search(queries, k: k, exclusions, among: rows, checkpoint: checkpoint)
      progress(queries.rows, queries.rows)
      return found
    }
    precondition(moments.count == queries.rows, "one moment a query")
    let order = queries.rowIndices.sorted { (moments[$0], $0) < (moments[$1], $1) }
    var waiting = [order[...]]
    var done = 0
    while let group = waiting.popLast(), let first = group.first, let last = group.last {
      let cover = CandidateCover(items, moments[first]...moments[last])
      guard group.count == 1 || cover.partial.count <= Self.mostExclusions / group.count else {
        let middle = group.startIndex + group.count / 2
        waiting += [group[middle...], group[..<middle]]
        continue
      }
      let own = Exclusions(
        group.map { query in
          Array(exclusions?.ids(of: query) ?? [])
            + cover.partial.filter { !items.allows($0, at: moments[query]) }.map { items.ids[$0] }
        }
      )
      let part = try search(
        queries.rows(Array(group)),
        k: k,
        own,
        among: cover.rows,
        checkpoint: checkpoint
      )
      for (row, query) in group.enumerated() { lists.put(part, row, at: query) }
      done += group.count
      progress(done, queries.rows)
    }
    return lists.top
  }

  private func search(
    _ queries: Matrix,
    k: Int,
    _ exclusions: Exclusions?,
    among rows: [Int],
    checkpoint: () throws -> Void
  ) throws -> TopK {
    let isAll = rows.count == index.ids.count
    let search = ExactSearch(
      items: isAll ? index.vectors : index.vectors.rows(rows),
      ids: isAll ? index.ids : rows.map { index.ids[$0] }
    )
    return try withoutActuallyEscaping(checkpoint) { checkpoint in
      try search.search(
        queries: queries,
        k: k,
        options: SearchOptions(exclusions: exclusions, threads: threads, checkpoint: checkpoint)
      )
    }
  }
}

/// The items that requests within a span of time may be given.
private struct CandidateCover {
  /// The rows of all of them, ascending.
  private(set) var rows: [Int] = []
  /// Those that not every moment of the span allows.
  private(set) var partial: [Int] = []

  init(_ items: CandidateItems, _ span: ClosedRange<Int64>) {
    for (row, moments) in items.moments.enumerated() {
      switch moments {
      case .never: continue
      case .always: rows.append(row)
      case .within(let ranges):
        guard let range = ranges.first(where: { $0.overlaps(span) }) else { continue }
        rows.append(row)
        if range.lowerBound > span.lowerBound || range.upperBound < span.upperBound { partial.append(row) }
      }
    }
  }
}

/// Lists that are put together query by query.
struct TopLists {
  private let queries: Int
  private let k: Int
  private var ids: [Int64]
  private var scores: [Float]
  private var counts: [Int]

  /// Empty lists.
  init(queries: Int, k: Int) {
    (self.queries, self.k) = (queries, k)
    ids = [Int64](repeating: TopK.noItem, count: queries * k)
    scores = [Float](repeating: -.infinity, count: queries * k)
    counts = [Int](repeating: 0, count: queries)
  }

  /// How many items a list has.
  func count(_ query: Int) -> Int { counts[query] }

  /// Takes list `row` of `part`, as far as `isKept` and there is room.
  mutating func put(_ part: TopK, _ row: Int, at query: Int, where isKept: (Int64) -> Bool = { _ in true }) {
    counts[query] = 0
    for (id, score) in zip(part.ids(of: row), part.scores(of: row)) where counts[query] < k && isKept(id) {
      ids[query * k + counts[query]] = id
      scores[query * k + counts[query]] = score
      counts[query] += 1
    }
    for place in query * k + counts[query]..<(query + 1) * k {
      (ids[place], scores[place]) = (TopK.noItem, -.infinity)
    }
  }

  /// The lists.
  var top: TopK { TopK(queries: queries, k: k, ids: ids, scores: scores, counts: counts) }
}

extension Matrix {
  /// The places of its rows.
  var rowIndices: Range<Int> { 0..<rows }

  /// A copy of chosen rows, in their order.
  func rows(_ chosen: [Int]) -> Matrix {
    let copy = Matrix(rows: chosen.count, columns: columns)
    for (place, row) in chosen.enumerated() { _ = copy.row(place).update(fromContentsOf: self.row(row)) }
    return copy
  }
}
