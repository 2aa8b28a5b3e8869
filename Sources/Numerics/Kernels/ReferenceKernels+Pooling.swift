extension ReferenceKernels {
  func gather(
    _ table: UnsafePointer<Float>,
    ids: UnsafePointer<Int32>,
    unit: UnitLength,
    adds: Bool,
    into output: MatrixView
  ) {
    for row in 0..<output.rows {
      let source = table + Int(ids[row]) * output.columns
      let factor = unit.factor(source, count: output.columns)
      for column in 0..<output.columns {
        output[row, column] = (adds ? output[row, column] : 0) + factor * source[column]
      }
    }
  }

  func interpolate(_ buckets: TimeBuckets, hours: UnsafePointer<Float>, adds: Bool, into output: MatrixView) {
    output.forEach { row, column in
      let (bucket, share) = buckets.place(hours[row])
      let place = bucket * output.columns + column
      let value = buckets.table[place] * (1 - share) + buckets.table[place + output.columns] * share
      output[row, column] = (adds ? output[row, column] : 0) + value
    }
  }

  func shares(
    ofInterpolation buckets: TimeBuckets,
    hours: UnsafePointer<Float>,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) {
    for row in 0..<gradient.rows {
      let (bucket, share) = buckets.place(hours[row])
      let source = UnsafePointer(gradient.row(row))
      shares[2 * row] = EmbeddingShare(source: source, scale: 1 - share, row: Int32(bucket))
      shares[2 * row + 1] = EmbeddingShare(source: source, scale: share, row: Int32(bucket + 1))
    }
  }

  func pool(_ pool: PositionPool, adds: Bool, into output: MatrixView) {
    for row in 0..<output.rows {
      if !adds { output.row(row).update(repeating: 0, count: output.columns) }
      let inverse = pool.inverseWeightSum(row)
      pool.forEachKnown(row) { position, item in
        let source = pool.table + item * output.columns
        let scale = pool.weights[position] * inverse * pool.unit.factor(source, count: output.columns)
        for column in 0..<output.columns { output[row, column] += scale * source[column] }
      }
    }
  }

  func shares(
    ofPool pool: PositionPool,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) -> Int {
    var count = 0
    for row in 0..<gradient.rows {
      let inverse = pool.inverseWeightSum(row)
      pool.forEachKnown(row) { position, item in
        guard pool.weights[position] != 0 else { return }
        shares[count] = EmbeddingShare(
          source: gradient.row(row),
          scale: pool.weights[position] * inverse,
          row: Int32(item)
        )
        count += 1
      }
    }
    return count
  }

  func addWeightGradient(
    ofPool pool: PositionPool,
    gradient: MatrixView,
    to sums: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<gradient.rows {
      let inverse = Double(pool.inverseWeightSum(row))
      var parts: [(position: Int, along: Double)] = []
      pool.forEachKnown(row) { position, item in
        let source = pool.table + item * gradient.columns
        var along = 0.0
        for column in 0..<gradient.columns { along += Double(source[column]) * Double(gradient[row, column]) }
        parts.append((position, along * Double(pool.unit.factor(source, count: gradient.columns))))
      }
      let pooled = parts.reduce(0) { $0 + Double(pool.weights[$1.position]) * inverse * $1.along }
      for part in parts { sums[part.position] += Float(inverse * (part.along - pooled)) }
    }
  }

  func unitBackward(
    _ table: MatrixView,
    rows: UnsafePointer<Int32>,
    range: Range<Int>,
    unit: UnitLength,
    gradient: UnsafeMutablePointer<Float>
  ) {
    guard unit.isActive else { return }
    for slot in range {
      let value = table.row(Int(rows[slot]))
      let own = gradient + slot * table.columns
      let factor = unit.factor(value, count: table.columns)
      var along = 0.0
      for column in 0..<table.columns { along += Double(value[column]) * Double(own[column]) }
      along *= Double(factor) * Double(factor)
      for column in 0..<table.columns {
        own[column] = factor * (own[column] - value[column] * Float(along))
      }
    }
  }
}

extension UnitLength {
  /// What a vector is multiplied by.
  func factor(_ vector: UnsafePointer<Float>, count: Int) -> Float {
    guard isActive else { return 1 }
    let squares = ReferenceKernels().sumOfSquares(vector, count: count)
    return Float(1 / (squares + Double(epsilon)).squareRoot())
  }
}

extension PositionPool {
  /// 1 / (sum of the weights of the known clicks of row `row` + 1e-6).
  fileprivate func inverseWeightSum(_ row: Int) -> Float {
    var sum = 0.0
    forEachKnown(row) { position, _ in sum += Double(weights[position]) }
    return Float(1 / (sum + 1e-6))
  }
}
