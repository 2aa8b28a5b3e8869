import Glibc

extension ReferenceKernels {
  func softmaxRows(_ logits: MatrixView, _ rows: SoftmaxRows) {
    for row in 0..<logits.rows {
      let label = Int(rows.labels[row])
      var values = (0..<logits.columns).map { Double(logits[row, $0] + (rows.bias?[$0] ?? 0)) }
      if let (offsets, excluded) = rows.exclusions {
        for place in Int(offsets[row])..<Int(offsets[row + 1]) where Int(excluded[place]) != label {
          values[Int(excluded[place])] = -.infinity
        }
      }
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
