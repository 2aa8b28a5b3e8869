import CKernels

/// Bags of rows of a table, one for each row of a batch: its entries are `codes[k]` with the weights `weights[k]`, `k` in
/// `starts[row]..<ends[row]`. Nothing is owned.
struct BagRows {
  /// Where each row's bag begins, `[rows]`.
  var starts: UnsafePointer<Int32>
  /// Where it ends, `[rows]`.
  var ends: UnsafePointer<Int32>
  /// Rows of the table.
  var codes: UnsafePointer<Int32>
  /// How much each counts.
  var weights: UnsafePointer<Float>

  /// The bags from row `rows` on.
  func advanced(by rows: Int) -> BagRows {
    BagRows(starts: starts + rows, ends: ends + rows, codes: codes, weights: weights)
  }

  /// The entries of row `row`.
  func entries(_ row: Int) -> Range<Int> { Int(starts[row])..<Int(ends[row]) }

  /// How many entries the first `rows` bags have.
  func count(_ rows: Int) -> Int {
    var count = 0
    for row in 0..<rows { count += Int(ends[row] - starts[row]) }
    return count
  }

  fileprivate var native: tb_bags { tb_bags(starts: starts, ends: ends, codes: codes, weights: weights) }
}

extension FastKernels {
  func sumBags(_ bags: BagRows, of table: UnsafePointer<Float>, adds: Bool, into output: MatrixView) {
    var native = bags.native
    tb_bag_rows(&native, table, adds ? 1 : 0, output.block)
  }

  func shares(
    ofBags bags: BagRows,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) -> Int {
    var native = bags.native
    return Int(tb_shares_of_bags(&native, gradient.block, shares))
  }
}

extension ReferenceKernels {
  func sumBags(_ bags: BagRows, of table: UnsafePointer<Float>, adds: Bool, into output: MatrixView) {
    output.forEach { row, column in
      let own = bags.entries(row).reduce(into: Float(0)) { sum, entry in
        sum += bags.weights[entry] * table[Int(bags.codes[entry]) * output.columns + column]
      }
      output[row, column] = (adds ? output[row, column] : 0) + own
    }
  }

  func shares(
    ofBags bags: BagRows,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) -> Int {
    var count = 0
    for row in 0..<gradient.rows {
      for entry in bags.entries(row) {
        shares[count] = EmbeddingShare(
          source: gradient.row(row),
          scale: bags.weights[entry],
          row: bags.codes[entry]
        )
        count += 1
      }
    }
    return count
  }
}
