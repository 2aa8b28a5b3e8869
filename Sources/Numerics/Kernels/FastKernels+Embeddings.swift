import CKernels

extension FastKernels {
  func gather(_ table: UnsafePointer<Float>, ids: UnsafePointer<Int32>, into output: MatrixView) {
    tb_gather_rows(table, ids, output.block)
  }

  func meanOfHistory(
    _ table: UnsafePointer<Float>,
    _ windows: HistoryPointers,
    into output: MatrixView
  ) {
    tb_mean_history(table, windows.clicks, windows.starts, windows.ends, output.block)
  }

  func shares(
    ofRows ids: UnsafePointer<Int32>,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) {
    tb_shares_of_rows(ids, gradient.block, shares)
  }

  func shares(
    ofHistory windows: HistoryPointers,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) -> Int {
    Int(tb_shares_of_history(windows.clicks, windows.starts, windows.ends, gradient.block, shares))
  }

  func sort(
    _ shares: UnsafePointer<EmbeddingShare>,
    count: Int,
    tableRows: Int,
    into buffers: ShareSortBuffers
  ) -> Int {
    Int(
      tb_sort_shares(
        shares,
        Int64(count),
        Int32(tableRows),
        buffers.keys.0,
        buffers.keys.1,
        buffers.order,
        buffers.rows,
        buffers.segments
      )
    )
  }

  func sumSegments(
    _ sorted: SortedShares,
    range: Range<Int>,
    columns: Int,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    tb_sum_segments(
      sorted.shares,
      sorted.order,
      sorted.segments,
      Int64(range.lowerBound),
      Int64(range.upperBound),
      Int32(columns),
      gradient
    )
  }
}
