/// A factor of a product: a block, and whether it is read transposed.
struct Operand {
  /// The block as it lies in memory.
  let block: MatrixView
  /// Whether it is read transposed.
  let isTransposed: Bool

  /// The block as it is.
  static func plain(_ block: MatrixView) -> Operand { Operand(block: block, isTransposed: false) }
  /// The block's transpose.
  static func transposed(_ block: MatrixView) -> Operand { Operand(block: block, isTransposed: true) }

  /// The number of rows as read.
  var rows: Int { isTransposed ? block.columns : block.rows }
  /// The number of columns as read.
  var columns: Int { isTransposed ? block.rows : block.columns }
}
