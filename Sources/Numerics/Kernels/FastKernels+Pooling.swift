import CKernels

extension FastKernels {
  func gather(
    _ table: UnsafePointer<Float>,
    ids: UnsafePointer<Int32>,
    unit: UnitLength,
    adds: Bool,
    into output: MatrixView
  ) {
    tb_gather_unit_rows(table, ids, unit.epsilon, adds ? 1 : 0, output.block)
  }

  func interpolate(_ buckets: TimeBuckets, hours: UnsafePointer<Float>, adds: Bool, into output: MatrixView) {
    tb_interpolate_rows(
      buckets.table,
      Int32(buckets.rows),
      hours,
      buckets.inverseWidth,
      adds ? 1 : 0,
      output.block
    )
  }

  func shares(
    ofInterpolation buckets: TimeBuckets,
    hours: UnsafePointer<Float>,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) {
    tb_shares_of_interpolation(Int32(buckets.rows), hours, buckets.inverseWidth, gradient.block, shares)
  }

  func pool(_ pool: PositionPool, adds: Bool, into output: MatrixView) {
    var native = pool.native
    tb_pool_rows(&native, adds ? 1 : 0, output.block)
  }

  func shares(
    ofPool pool: PositionPool,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) -> Int {
    var native = pool.native
    return Int(tb_shares_of_pool(&native, gradient.block, shares))
  }

  func addWeightGradient(
    ofPool pool: PositionPool,
    gradient: MatrixView,
    to sums: UnsafeMutablePointer<Float>
  ) {
    var native = pool.native
    tb_pool_weight_gradient(&native, gradient.block, sums)
  }

  func unitBackward(
    _ table: MatrixView,
    rows: UnsafePointer<Int32>,
    range: Range<Int>,
    unit: UnitLength,
    gradient: UnsafeMutablePointer<Float>
  ) {
    guard unit.isActive else { return }
    tb_unit_rows_backward(
      table.start,
      rows,
      Int64(range.lowerBound),
      Int64(range.upperBound),
      Int32(table.columns),
      unit.epsilon,
      gradient
    )
  }
}

extension PositionPool {
  fileprivate var native: tb_pool {
    tb_pool(
      table: table,
      clicks: windows.clicks,
      starts: windows.starts,
      ends: windows.ends,
      weights: weights,
      epsilon: unit.epsilon
    )
  }
}
