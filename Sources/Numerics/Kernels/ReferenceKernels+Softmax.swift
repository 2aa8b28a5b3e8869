import Glibc

extension ReferenceKernels {
  func softmaxRows(_ logits: MatrixView, _ rows: ContrastiveRows) {
    for row in 0..<logits.rows {
      let label = Int(rows.labels[row])
      let values = seen(logits, row, rows)
      let most = values.max() ?? 0
      var sum = 0.0
      for value in values { sum += exp(value - most) }
      rows.losses[row] = log(sum) + most - values[label]
      for column in 0..<logits.columns {
        let share = exp(values[column] - most) / sum
        logits[row, column] = rows.weights[row] * Float(column == label ? share - 1 : share)
      }
    }
  }

  func rankingRows(_ logits: MatrixView, _ rows: ContrastiveRows) {
    for row in 0..<logits.rows {
      let label = Int(rows.labels[row])
      let values = seen(logits, row, rows)
      let others = values.indices.filter { $0 != label && values[$0] > -.infinity }
      let count = Double(max(others.count, 1))
      rows.losses[row] = 0
      for column in 0..<logits.columns { logits[row, column] = 0 }
      var pull = 0.0
      for column in others {
        let difference = values[column] - values[label]
        rows.losses[row] += (max(difference, 0) + log1p(exp(-abs(difference)))) / count
        let share = Double(rows.weights[row]) / count / (1 + exp(-difference))
        logits[row, column] = Float(share)
        pull += share
      }
      logits[row, label] = Float(-pull)
    }
  }

  func softmaxAtKRows(_ logits: MatrixView, _ rows: ContrastiveRows, k: Int, items: Int, scale: Float) {
    var bare = rows
    bare.bias = nil
    let tops = (0..<logits.rows).map { row in
      let (label, values) = (Int(rows.labels[row]), seen(logits, row, bare))
      let columns = values.indices.filter { values[$0] > -.infinity }.sorted { values[$0] > values[$1] }
      let share = Double(items - 1) / Double(max(columns.count - 1, 1))
      var (left, quantile) = (Double(k), values[columns.last ?? label])
      for column in columns {
        left -= column == label ? 1 : max(1, rows.bias.map { exp(Double($0[column])) } ?? share)
        if left <= 0 {
          quantile = values[column]
          break
        }
      }
      return 1 / (1 + exp(-Double(scale) * (values[label] - quantile)))
    }
    softmaxRows(logits, rows)
    for (row, top) in tops.enumerated() {
      rows.losses[row] *= top
      for column in 0..<logits.columns { logits[row, column] *= Float(top) }
    }
  }

  func cosineRows(_ logits: MatrixView, _ rows: ContrastiveRows, margin: Float, weight: Float) {
    for row in 0..<logits.rows {
      let label = Int(rows.labels[row])
      let values = seen(logits, row, rows)
      let others = values.indices.filter { $0 != label && values[$0] > -.infinity }
      let count = Double(max(others.count, 1))
      rows.losses[row] = 1 - values[label]
      for column in 0..<logits.columns { logits[row, column] = 0 }
      for column in others where values[column] > Double(margin) {
        rows.losses[row] += Double(weight) * (values[column] - Double(margin)) / count
        logits[row, column] = Float(Double(rows.weights[row]) * Double(weight) / count)
      }
      logits[row, label] = -rows.weights[row]
    }
  }

  func binaryRows(_ logits: MatrixView, _ rows: ContrastiveRows, power: Float) {
    func softplus(_ value: Double) -> Double { max(value, 0) + log1p(exp(-abs(value))) }
    for row in 0..<logits.rows {
      let label = Int(rows.labels[row])
      let values = seen(logits, row, rows)
      let others = values.indices.filter { $0 != label && values[$0] > -.infinity }
      let share = Double(rows.weights[row])
      rows.losses[row] = Double(power) * softplus(-values[label])
      for column in 0..<logits.columns { logits[row, column] = 0 }
      for column in others {
        rows.losses[row] += softplus(values[column])
        logits[row, column] = Float(share / (1 + exp(-values[column])))
      }
      logits[row, label] = Float(-share * Double(power) / (1 + exp(values[label])))
    }
  }

  /// The logits of row `row` with their bias, minus infinity where the row does not see a column.
  private func seen(_ logits: MatrixView, _ row: Int, _ rows: ContrastiveRows) -> [Double] {
    var values = (0..<logits.columns).map { Double(logits[row, $0] + (rows.bias?[$0] ?? 0)) }
    if rows.sparesLabels { values[Int(rows.labels[row])] = Double(logits[row, Int(rows.labels[row])]) }
    if let own = rows.own {
      let places = Set(own.places(of: row))
      for column in own.shared..<logits.columns where !places.contains(Int32(column)) {
        values[column] = -.infinity
      }
    }
    guard let (offsets, excluded) = rows.exclusions else { return values }
    for place in Int(offsets[row])..<Int(offsets[row + 1]) where excluded[place] != rows.labels[row] {
      values[Int(excluded[place])] = -.infinity
    }
    return values
  }

  func exponentiate(
    _ logits: MatrixView,
    shift: Float,
    rowSums: UnsafeMutablePointer<Float>,
    columnSums: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<logits.rows {
      var sum = 0.0
      for column in 0..<logits.columns {
        let value = Float(exp(Double(logits[row, column] - shift)))
        logits[row, column] = value
        columnSums[column] += value
        sum += Double(value)
      }
      rowSums[row] = Float(sum)
    }
  }

  func scale(
    _ values: MatrixView,
    rowFactors: UnsafePointer<Float>,
    columnFactors: UnsafePointer<Float>
  ) {
    values.forEach { row, column in values[row, column] *= rowFactors[row] + columnFactors[column] }
  }
}
