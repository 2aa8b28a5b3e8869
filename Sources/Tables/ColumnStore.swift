/// The memory of one column while it is filled.
final class ColumnStore {
  let type: ColumnType
  private var integers: [Int64] = []
  private var reals: [Double] = []
  private var codes: [Int32] = []

  /// How many bytes a row takes.
  var width: Int {
    switch type {
    case .integer, .integerOrName, .identifier, .time, .real: 8
    case .name, .names, .vector: 4
    }
  }

  init(type: ColumnType, rows: Int) {
    self.type = type
    // The parser writes every row that is kept, so the memory need not be cleared first.
    switch type {
    case .integer, .integerOrName, .identifier, .time:
      integers = .init(unsafeUninitializedCapacity: rows) { $1 = rows }
    case .real: reals = .init(unsafeUninitializedCapacity: rows) { $1 = rows }
    case .name, .names, .vector: codes = .init(unsafeUninitializedCapacity: rows) { $1 = rows }
    }
  }

  /// Runs `body` with the memory of all `stores`, in order.
  static func withPointers(
    _ stores: ArraySlice<ColumnStore>,
    _ pointers: [UnsafeMutableRawPointer],
    _ body: ([UnsafeMutableRawPointer]) -> Void
  ) {
    guard let store = stores.first else { return body(pointers) }
    func next(_ bytes: UnsafeMutableRawBufferPointer) {
      // A column without rows has no address; nothing is written to it.
      let start = bytes.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 8)
      guard let start else { return }
      withPointers(stores.dropFirst(), pointers + [start], body)
    }
    switch store.type {
    case .integer, .integerOrName, .identifier, .time: store.integers.withUnsafeMutableBytes(next)
    case .real: store.reals.withUnsafeMutableBytes(next)
    case .name, .names, .vector: store.codes.withUnsafeMutableBytes(next)
    }
  }

  /// The first `rows` values.
  /// - Parameters:
  ///   - names: the distinct names of the column, sorted.
  ///   - lists: what all rows' lists hold; each row's number of them is what was stored.
  func values(rows: Int, names: [String], lists: ChunkResult.Lists) -> ColumnValues {
    switch type {
    case .integer, .integerOrName, .identifier, .time:
      integers.removeLast(integers.count - rows)
      return .integers(integers)
    case .real:
      reals.removeLast(reals.count - rows)
      return .reals(reals)
    case .name:
      codes.removeLast(codes.count - rows)
      return .names(codes: codes, names: names)
    case .names:
      var offsets = [0]
      offsets.reserveCapacity(rows + 1)
      for row in 0..<rows { offsets.append(offsets[row] + Int(codes[row])) }
      return .lists(offsets: offsets, codes: lists.codes, names: names)
    case .vector: return vectors(rows: rows, lists)
    }
  }
  /// A row without a vector has zeros.
  private func vectors(rows: Int, _ lists: ChunkResult.Lists) -> ColumnValues {
    let width = lists.width?.count ?? 0
    guard lists.reals.count < rows * width else { return .vectors(lists.reals, width: width) }
    var values = [Float](repeating: 0, count: rows * width)
    var next = 0
    for row in 0..<rows where codes[row] > 0 {
      values.replaceSubrange(row * width..<(row + 1) * width, with: lists.reals[next..<next + width])
      next += width
    }
    return .vectors(values, width: width)
  }
}
