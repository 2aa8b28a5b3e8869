import CKernels

extension Matrix {
  /// The inner products of `query` `[columns]` with some of the rows, `[rows.count]`: the same bits as those of
  /// ``ExactSearch``. Of a query of several vectors the best of theirs.
  package func scores(ofRows rows: [UInt32], with query: UnsafeMutableBufferPointer<Float>) -> [Float] {
    let interests = InterestSearch.interests(of: query.count, columns)
    guard interests > 1 else { return products(ofRows: rows, with: query) }
    let all = (0..<interests).map { interest in
      let part = query[interest * columns..<(interest + 1) * columns]
      return products(ofRows: rows, with: UnsafeMutableBufferPointer(rebasing: part))
    }
    return all.dropFirst().reduce(all[0]) { best, own in zip(best, own).map { InterestSearch.best($0, $1) } }
  }

  private func products(ofRows rows: [UInt32], with query: UnsafeMutableBufferPointer<Float>) -> [Float] {
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
