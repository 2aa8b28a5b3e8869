import CKernels

/// The memory that one worker needs for a group of queries, kept from group to group.
final class SearchScratch {
  let panels: UnsafeMutablePointer<Float>
  let thresholds: UnsafeMutablePointer<Float>
  let sizes: UnsafeMutablePointer<UInt32>
  let candidates: UnsafeMutablePointer<UInt64>
  let blockRows: UnsafeMutablePointer<Float>
  /// Queries rounded to 8 bits, where the search is screened.
  let screenPanels: UnsafeMutablePointer<Int8>?
  let screenQueries: UnsafeMutablePointer<search_screen_query>?
  let screenSteps: UnsafeMutablePointer<Float>?
  let screenShifts: UnsafeMutablePointer<Int32>?
  /// Candidates a query, more than `k` so that selection is rare.
  let capacity: Int

  /// Room for `queries` queries that keep `k` items each.
  init(queries: Int, k: Int, dimension: Int, level: Int32, screens: Bool) {
    let width = search_panel_width(level)
    let lanes = (queries + width - 1) / width * width
    capacity = Self.capacity(k: k)
    panels = Self.allocate(lanes * dimension)
    thresholds = Self.allocate(lanes)
    sizes = Self.allocate(lanes)
    candidates = Self.allocate(queries * capacity)
    blockRows = Self.allocate(Int(search_block_rows(dimension)) * dimension)
    panels.update(repeating: 0, count: lanes * dimension)
    screenPanels = screens ? Self.allocate(lanes * search_screen_width(dimension)) : nil
    screenQueries = screens ? .allocate(capacity: lanes) : nil
    screenSteps = screens ? Self.allocate(lanes / width) : nil
    screenShifts = screens ? Self.allocate(Int(search_block_rows(dimension)) + 16) : nil
  }

  deinit {
    panels.deallocate()
    thresholds.deallocate()
    sizes.deallocate()
    candidates.deallocate()
    blockRows.deallocate()
    screenPanels?.deallocate()
    screenQueries?.deallocate()
    screenSteps?.deallocate()
    screenShifts?.deallocate()
  }

  static func capacity(k: Int) -> Int { k + max(k, 64) }

  /// The kernels read whole vectors of up to 64 bytes.
  private static func allocate<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ count: Int
  ) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride,
      alignment: 64
    )
    let elements = memory.bindMemory(to: Element.self, capacity: max(count, 1))
    elements.initialize(repeating: 0, count: max(count, 1))
    return elements
  }
}
