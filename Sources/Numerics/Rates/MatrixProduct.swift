/// A matrix product as a shape: `[rows, inner]` times `[inner, columns]`, done `count` times.
package struct MatrixProduct: Sendable, Hashable, Codable {
  /// The rows of the left factor and of the result.
  package var rows: Int
  /// The columns of the left factor, which are the rows of the right one.
  package var inner: Int
  /// The columns of the right factor and of the result.
  package var columns: Int
  /// Whether the left factor lies in memory as `[inner, rows]`.
  package var transposesLeft: Bool
  /// Whether the right factor lies in memory as `[columns, inner]`.
  package var transposesRight: Bool
  /// How often it is done.
  package var count: Int

  /// Makes a shape; by default nothing is transposed and it is done once.
  package init(
    rows: Int,
    inner: Int,
    columns: Int,
    transposesLeft: Bool = false,
    transposesRight: Bool = false,
    count: Int = 1
  ) {
    self.rows = rows
    self.inner = inner
    self.columns = columns
    self.transposesLeft = transposesLeft
    self.transposesRight = transposesRight
    self.count = count
  }

  /// Floating-point operations: a multiplication and an addition for each row, inner place and column.
  package var operations: Double { 2 * Double(rows) * Double(inner) * Double(columns) * Double(count) }

  /// The same product, done `times` as often.
  package func repeated(_ times: Int) -> MatrixProduct {
    var product = self
    product.count *= times
    return product
  }
}
