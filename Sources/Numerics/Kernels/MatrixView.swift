/// A block of a row-major Float32 matrix: some of its rows, some of its columns, in place.
///
/// It does not keep the memory alive; the matrix it was made from must outlive it.
struct MatrixView {
  /// The first element.
  let start: UnsafeMutablePointer<Float>
  /// The number of rows.
  let rows: Int
  /// The number of columns.
  let columns: Int
  /// The distance between two rows, in elements; at least `columns`.
  let stride: Int

  /// Makes a view of `rows` rows of `columns` elements, `stride` (default `columns`) apart.
  init(_ start: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// The rows in `range`.
  func rows(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows lie within the block")
    return MatrixView(start + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// The columns in `range`.
  func columns(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns lie within the block")
    return MatrixView(start + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// Sets all elements to zero.
  func clear() {
    for index in 0..<rows { row(index).update(repeating: 0, count: columns) }
  }

  /// The start of row `index`.
  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Float> { start + index * stride }

  /// The element at `row`, `column`.
  @inline(__always)
  subscript(row: Int, column: Int) -> Float {
    get { start[row * stride + column] }
    nonmutating set { start[row * stride + column] = newValue }
  }
}

extension Matrix {
  /// The first element; a matrix without elements has one spare.
  var start: UnsafeMutablePointer<Float> {
    guard let start = elements.baseAddress else { preconditionFailure("a matrix always has memory") }
    return start
  }

  /// The whole matrix as a view.
  var view: MatrixView { MatrixView(start, rows: rows, columns: columns) }

  /// Takes over the elements of a matrix of the same shape.
  func copy(from other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "a copy has the shape of its source")
    start.update(from: other.start, count: elements.count)
  }
}
