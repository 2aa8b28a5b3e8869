import CKernels
import Memory

/// The items of a search rounded to bytes, by which a scan leaves out most of them; what may be among the best is then
/// scored in Float32, so that results are the same bits with and without it.
final class SearchScreen {
  /// Fewer queries of one call are not worth rounding the items for.
  static let fewestQueries = 32

  /// Sums of more products of two bytes could leave 32 bits.
  static let largestDimension = 32_768

  private let rows: UnsafeMutablePointer<UInt8>
  /// Scales, norms, spreads and residuals, block after block, then centres, the queries' centre and the items' shares.
  private let numbers: UnsafeMutablePointer<Float>
  private let blocks: Int
  private let dimension: Int
  /// How long the queries' centre is; nil where there is none, nor shares.
  private let queryLength: Double?

  /// Rounds the items of `search` on `threads` threads, or nil where a processor has no instruction for it.
  ///
  /// Where `queries` `[queries, dimension]` are known, what lies around their mean is rounded less than what does not.
  init?(of search: ExactSearch, queries: Matrix? = nil, threads: Int) {
    guard search.isScreened, search_screens(search.level) != 0,
      (1...Self.largestDimension).contains(search.items.columns)
    else {
      return nil
    }
    let blockRows = Int(search_block_rows(search.items.columns))
    blocks = (search.items.rows + blockRows - 1) / blockRows
    let size = search.items.rows * search_screen_width(search.items.columns)
    let slack = search_screen_slack(search.items.columns)
    rows = .allocate(capacity: size + slack)
    (rows + size).initialize(repeating: 0, count: slack)
    dimension = search.items.columns
    let ofItems = (4 + dimension) * blocks
    let count = ofItems + (queries == nil ? 0 : dimension + search.items.rows)
    numbers = .allocate(capacity: max(1, count))
    numbers.initialize(repeating: 0, count: count)
    let centre = UnsafeMutableBufferPointer(start: numbers + ofItems, count: dimension)
    queryLength = queries.flatMap { Self.mean(of: $0, into: centre) }
    let screen = screen
    search.withItems { items in
      Threads(threads).forEach(blocks) { block in
        withUnsafePointer(to: items) { items in
          withUnsafePointer(to: screen) { search_screen_block(items, search.level, $0, UInt32(block)) }
        }
      }
    }
  }

  /// Adds the mean of the rows to `centre`, which is zeros; returns how long it is, or nil where it is zero or not finite.
  private static func mean(of queries: Matrix, into centre: UnsafeMutableBufferPointer<Float>) -> Double? {
    for row in 0..<queries.rows {
      let query = queries.row(row)
      for column in centre.indices { centre[column] += query[column] }
    }
    for column in centre.indices { centre[column] /= Float(queries.rows) }
    let length = centre.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return length > 0 && length.isFinite ? length : nil
  }

  deinit {
    rows.deallocate()
    numbers.deallocate()
  }

  /// What scans read.
  var screen: search_screen {
    search_screen(
      rows: rows,
      scales: numbers,
      centres: numbers + 4 * blocks,
      norms: numbers + blocks,
      spreads: numbers + 2 * blocks,
      residuals: numbers + 3 * blocks,
      query_centre: queryLength == nil ? nil : UnsafePointer(numbers + (4 + dimension) * blocks),
      query_length: queryLength ?? 0,
      shares: queryLength == nil ? nil : numbers + (4 + dimension) * blocks + dimension
    )
  }
}

extension ExactSearch {
  /// The screen that an earlier call made, or one made now, around the mean of `queries`.
  func screen(for queries: Matrix, threads: Int) -> SearchScreen? {
    if made.screen == nil { made.screen = SearchScreen(of: self, queries: queries, threads: threads) }
    return made.screen
  }

  /// Calls `body` with the items by position, without a screen.
  func withItems<Result>(_ body: (search_items) -> Result) -> Result {
    func call(_ order: UnsafePointer<UInt32>?) -> Result {
      body(
        search_items(
          rows: items.elements.baseAddress,
          order: order,
          count: UInt32(items.rows),
          first: 0,
          end: UInt32(items.rows),
          dimension: items.columns,
          screen: nil
        )
      )
    }
    guard let order else { return call(nil) }
    return order.withUnsafeBufferPointer { call($0.baseAddress) }
  }
}
