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
  /// Scales, norms, spreads and residuals, block after block, then centres.
  private let numbers: UnsafeMutablePointer<Float>
  private let blocks: Int

  /// Bytes behind the last row that scans may read, and do not count.
  private static let slack = 64

  /// Rounds the items of `search` on `threads` threads, or nil where a processor has no instruction for it.
  init?(of search: ExactSearch, threads: Int) {
    guard search.isScreened, search_screens(search.level) != 0,
      (1...Self.largestDimension).contains(search.items.columns)
    else {
      return nil
    }
    let blockRows = Int(search_block_rows(search.items.columns))
    blocks = (search.items.rows + blockRows - 1) / blockRows
    rows = .allocate(capacity: search.items.rows * search_screen_width(search.items.columns) + Self.slack)
    let count = max(1, (4 + search.items.columns) * blocks)
    numbers = .allocate(capacity: count)
    numbers.initialize(repeating: 0, count: count)
    let screen = screen
    search.withItems { items in
      Threads(threads).forEach(blocks) { block in
        withUnsafePointer(to: items) { items in
          withUnsafePointer(to: screen) { search_screen_block(items, search.level, $0, UInt32(block)) }
        }
      }
    }
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
      residuals: numbers + 3 * blocks
    )
  }
}

extension ExactSearch {
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
