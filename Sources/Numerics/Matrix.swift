import Files

/// A row-major Float32 matrix `[rows, columns]` that owns its memory, aligned to 64 bytes, or has that of a file.
///
/// A reference type, so that kernels write in place and nothing is copied by accident. It is not
/// `Sendable`: threads live inside one kernel call.
package final class Matrix {
  /// The number of rows, 0 or more.
  package let rows: Int
  /// The number of columns, 0 or more.
  package let columns: Int
  /// All elements, row after row.
  package let elements: UnsafeMutableBufferPointer<Float>
  /// Whose memory the elements are, where they are not the matrix's own.
  private let owner: AnyObject?

  /// Makes a matrix of zeros, of a size that is bounded or that memory was looked at for; ends the program with a message where
  /// there is none. A size that follows from the input alone takes ``init(rows:columns:for:)``.
  package convenience init(rows: Int, columns: Int) {
    do { try self.init(rows: rows, columns: columns, for: "a matrix") } catch { error.endProgram() }
  }

  /// Makes a matrix of zeros.
  /// - Parameter purpose: what it is for, in words.
  /// - Throws: ``OutOfMemory`` where the system gives no memory of this size.
  package init(rows: Int, columns: Int, for purpose: String) throws(OutOfMemory) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative size")
    self.rows = rows
    self.columns = columns
    owner = nil
    let count = rows * columns
    let byteCount = max(count, 1) * MemoryLayout<Float>.stride
    guard let memory = ZeroedMemory.allocate(byteCount) else {
      throw OutOfMemory(purpose, byteCount: byteCount)
    }
    elements = UnsafeMutableBufferPointer(
      start: memory.bindMemory(to: Float.self, capacity: max(count, 1)),
      count: count
    )
  }

  /// Makes a matrix from `values`, row after row; their number must be `rows * columns`.
  package convenience init(rows: Int, columns: Int, values: some Collection<Float>) {
    precondition(values.count == rows * columns, "a matrix takes rows * columns values")
    self.init(rows: rows, columns: columns)
    _ = elements.update(fromContentsOf: values)
  }

  /// Makes a matrix of what stands at the beginning of `scratch`: zeros, where nobody has written to it.
  init(rows: Int, columns: Int, in scratch: ScratchMemory) {
    let count = rows * columns
    precondition(rows >= 0 && columns >= 0 && count * MemoryLayout<Float>.stride <= scratch.bytes.count)
    self.rows = rows
    self.columns = columns
    owner = scratch
    let start = scratch.bytes.baseAddress?.bindMemory(to: Float.self, capacity: count)
    elements = UnsafeMutableBufferPointer(start: start, count: count)
  }

  /// Takes `values` as they are, row after row: they are `owner`'s, lie at a multiple of 64 bytes, and are never written to.
  package init(rows: Int, columns: Int, lent values: UnsafeBufferPointer<Float>, by owner: AnyObject) {
    precondition(rows >= 0 && columns >= 0 && rows * columns == values.count)
    self.rows = rows
    self.columns = columns
    self.owner = owner
    elements = UnsafeMutableBufferPointer(mutating: values)
  }

  /// Takes the elements that `file` has from byte `offset` on, a multiple of 4, as they are: they are read as they are
  /// needed, and never written to. The caller has checked that the file holds them.
  init(mapped file: MappedFile, at offset: Int, rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0 && offset >= 0 && offset % 4 == 0, "a matrix lies in its file")
    let count = rows * columns
    precondition(offset + count * MemoryLayout<Float>.stride <= file.count, "a matrix lies in its file")
    self.rows = rows
    self.columns = columns
    owner = file
    let start = file.withBytes { $0.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + offset) } }
    elements = UnsafeMutableBufferPointer(
      start: start?.bindMemory(to: Float.self, capacity: count),
      count: start == nil ? 0 : count
    )
  }

  deinit {
    guard owner == nil, let memory = elements.baseAddress else { return }
    ZeroedMemory.free(memory, max(elements.count, 1) * MemoryLayout<Float>.stride)
  }

  /// The element at `row`, `column`.
  package subscript(row: Int, column: Int) -> Float {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// One row, `[columns]`, as a view that lives as long as the matrix.
  package func row(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: elements[index * columns..<(index + 1) * columns])
  }

  /// A copy of all elements, row after row.
  package var values: [Float] { Array(elements) }
}
