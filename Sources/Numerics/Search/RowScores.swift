import CKernels

extension Matrix {
  /// The inner products of `query` `[columns]` with some of the rows, `[rows.count]`: the same bits as those of
  /// ``ExactSearch``.
  package func scores(ofRows rows: [UInt32], with query: UnsafeMutableBufferPointer<Float>) -> [Float] {
    precondition(query.count == columns, "queries and items have one dimension")
    precondition(rows.allSatisfy { $0 < self.rows }, "rows are those of the matrix")
    return [Float](unsafeUninitializedCapacity: rows.count) { scores, count in
      if let items = elements.baseAddress, let query = query.baseAddress, let scores = scores.baseAddress {
        search_score_rows(items, columns, rows, rows.count, query, scores)
      }
      count = rows.count
    }
  }
}
