import CKernels

/// Exact top-k by inner product over a fixed set of items.
///
/// Ties go to the lower id. A score is the chain of fused multiply-adds over the dimension in order, so
/// that its bits, and with them the result, depend on neither the thread count nor the company a query
/// comes in; a CPU without fused multiply-add can differ in the last bits. Where it pays, most items are
/// left out before they are scored (`SearchScreen`), which changes no bit. A score that is not a number
/// counts as negative infinity: it never wins, and fills places only when nothing better is left.
///
/// One call comes after another, but for a search that is kept (``kept(threads:)``): that has calls from several threads at once.
package final class ExactSearch {
  /// The item vectors, `[items, dimension]`.
  package let items: Matrix
  /// The raw ids by position: ascending, equal ones in the order of their rows.
  let sortedIDs: [Int64]
  /// The row of each position, or nil where rows are in order of their ids already.
  let order: [UInt32]?
  let level: Int32
  /// Whether many queries leave items out by a screen, where the level has one.
  let isScreened: Bool
  /// What calls share, where the search is kept for many; see ``kept(threads:)``.
  let kept: Kept?
  /// What one call made and the next ones find; never touched where the search is kept, whose calls may come at once.
  var made = Made()

  /// The row that most rows may be like, if there is one; looked for as ``made`` is.
  lazy var majority: Int? = majorityRow

  /// What does not hang on the queries of a call, but for how much it helps.
  struct Made {
    /// The items rounded around the queries of the call that made it.
    var screen: SearchScreen?
    /// The search without repeats, and up to how many places and excluded items together it is right.
    var fewer: (limit: Int, search: ExactSearch)?
  }

  /// What a search that is kept has made already.
  final class Kept {
    let sample: Matrix
    let screen: SearchScreen?

    init(of search: ExactSearch, threads: Int) {
      sample = SearchSample.vectors(of: search)
      screen = SearchScreen(of: search, threads: threads)
    }
  }

  /// The raw ids, one a row of ``items``.
  package var ids: [Int64] {
    guard let order else { return sortedIDs }
    var ids = [Int64](repeating: 0, count: sortedIDs.count)
    for (position, row) in order.enumerated() { ids[Int(row)] = sortedIDs[position] }
    return ids
  }

  /// Takes `items` `[items, dimension]` and their ids, one a row: any values, also repeated ones.
  ///
  /// The matrix is kept, not copied: its elements must not change while the search is in use.
  package convenience init(items: Matrix, ids: [Int64]) {
    self.init(items: items, ids: ids, level: Processor.searchLevel)
  }

  /// As above at a given level of `search_level`, which the CPU must have, and without a screen: for tests.
  init(items: Matrix, ids: [Int64], level: Int32, isScreened: Bool = true) {
    precondition(items.rows == ids.count, "an exact search takes one id a row")
    precondition(items.rows < UInt32.max / 2, "an exact search takes at most 2^31 items")
    self.items = items
    self.level = level
    self.isScreened = isScreened
    kept = nil
    if zip(ids, ids.dropFirst()).allSatisfy(<=) {
      sortedIDs = ids
      order = nil
    } else {
      let pairs = ids.enumerated().map { (id: $0.element, row: UInt32($0.offset)) }
        .sorted { $0.id != $1.id ? $0.id < $1.id : $0.row < $1.row }
      sortedIDs = pairs.map(\.id)
      order = pairs.map(\.row)
    }
  }

  /// The same search with what its calls share made once, on `threads` threads: for who asks again and again, with few
  /// queries each time. It takes about a quarter more memory than the items.
  package func kept(threads: Int) -> ExactSearch { ExactSearch(keeping: self, threads: threads) }

  private init(keeping search: ExactSearch, threads: Int) {
    (items, sortedIDs, order) = (search.items, search.sortedIDs, search.order)
    (level, isScreened) = (search.level, search.isScreened)
    kept = Kept(of: search, threads: threads)
  }

  /// The best `min(k, items - excluded)` items of each query, by inner product.
  ///
  /// - Parameters:
  ///   - queries: `[queries, dimension]`, of the dimension of the items; or queries of several vectors each, see
  ///     ``InterestSearch``.
  ///   - k: places a query, 0 or more; those beyond the number of items stay empty.
  ///   - options: exclusions (one list a query), threads, progress, checkpoint.
  /// - Throws: what `options.checkpoint` throws, nothing else.
  package func search(
    queries: Matrix,
    k: Int,
    options: SearchOptions = SearchOptions()
  ) throws -> TopK {
    precondition(k >= 0, "k is 0 or more")
    if let exclusions = options.exclusions {
      precondition(exclusions.queries == queries.rows, "exclusions hold one list a query")
    }
    let search = kept == nil ? withoutRepeats(k: k, exclusions: options.exclusions) ?? self : self
    return try InterestSearch.lists(queries, dimension: items.columns, options) { vectors, options, _ in
      try SearchRun(search: search, queries: vectors, k: k, options: options).result()
    }
  }

  /// The positions that hold `id`: empty where it is unknown.
  func positions(of id: Int64) -> Range<Int> {
    var low = 0
    var high = sortedIDs.count
    while low < high {
      let middle = (low + high) / 2
      if sortedIDs[middle] < id { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < sortedIDs.count && sortedIDs[end] == id { end += 1 }
    return low..<end
  }
}
