import Glibc

extension ReferenceKernels {
  func addPositions(
    _ positions: UnsafePointer<Float>,
    to rows: MatrixView,
    _ sequences: PackedRows,
    scale: Float,
    dropout: DropoutMask?
  ) {
    sequences.forEach { range in
      for row in range {
        for column in 0..<rows.columns {
          let sum = scale * rows[row, column] + positions[(row - range.lowerBound) * rows.columns + column]
          rows[row, column] = sum * (dropout?.factor(row * rows.columns + column) ?? 1)
        }
      }
    }
  }

  func positionsBackward(
    _ gradient: MatrixView,
    _ sequences: PackedRows,
    scale: Float,
    dropout: DropoutMask?,
    to sums: UnsafeMutablePointer<Float>
  ) {
    let columns = gradient.columns
    sequences.forEach { range in
      for row in range {
        for column in 0..<columns {
          let own = gradient[row, column] * (dropout?.factor(row * columns + column) ?? 1)
          sums[(row - range.lowerBound) * columns + column] += own
          gradient[row, column] = own * scale
        }
      }
    }
  }

  func normalizeLayer(_ rows: LayerRows, into output: MatrixView) {
    let columns = Double(output.columns)
    for row in 0..<output.rows {
      let values = (0..<output.columns).map { Double(rows.input[row, $0]) }
      let mean = values.reduce(0, +) / columns
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / columns
      let factor = 1 / (variance + 1e-5).squareRoot()
      for (column, value) in values.enumerated() {
        output[row, column] =
          Float((value - mean) * factor) * rows.gain[column] + rows.bias[column]
      }
      rows.statistics[2 * row] = Float(mean)
      rows.statistics[2 * row + 1] = Float(factor)
    }
  }

  func normalizeLayerBackward(
    _ rows: LayerRows,
    gradient: MatrixView,
    addingTo inputGradient: MatrixView,
    gainGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>
  ) {
    let columns = gradient.columns
    for row in 0..<gradient.rows {
      let (mean, factor) = (Double(rows.statistics[2 * row]), Double(rows.statistics[2 * row + 1]))
      let normal = (0..<columns).map { (Double(rows.input[row, $0]) - mean) * factor }
      let own = (0..<columns).map { Double(gradient[row, $0]) * Double(rows.gain[$0]) }
      let average = own.reduce(0, +) / Double(columns)
      let along = zip(own, normal).reduce(0) { $0 + $1.0 * $1.1 } / Double(columns)
      for column in 0..<columns {
        gainGradient[column] += gradient[row, column] * Float(normal[column])
        biasGradient[column] += gradient[row, column]
        inputGradient[row, column] += Float(factor * (own[column] - average - normal[column] * along))
      }
    }
  }

  func attendCausally(_ attention: CausalAttention, into output: MatrixView) {
    attention.forEachHead { range, row, head in
      let seen = range.lowerBound...row
      let scores = seen.map { other in
        Double(attention.scale)
          * attention.dot(attention.part(0, head, row), attention.part(1, head, other))
      }
      let most = scores.max() ?? 0
      let sum = scores.reduce(0) { $0 + exp($1 - most) }
      for (place, score) in scores.enumerated() {
        attention.weights[row, head * attention.longest + place] = Float(exp(score - most) / sum)
      }
      for column in 0..<attention.headWidth {
        output[row, head * attention.headWidth + column] = Float(
          seen.enumerated().reduce(0.0) { total, one in
            total + attention.weight(row, head, one.offset) * attention.factor(row, head, one.offset)
              * Double(attention.part(2, head, one.element)[column])
          }
        )
      }
    }
  }

  func attendCausallyBackward(
    _ attention: CausalAttention,
    gradient: MatrixView,
    projectionGradient: MatrixView
  ) {
    var sums = [Double](repeating: 0, count: projectionGradient.rows * projectionGradient.columns)
    attention.forEachHead { range, row, head in
      let seen = range.lowerBound...row
      let own = gradient.row(row) + head * attention.headWidth
      let parts = seen.enumerated().map { place, other in
        attention.factor(row, head, place) * attention.dot(own, attention.part(2, head, other))
      }
      let along = parts.enumerated().reduce(0.0) { $0 + attention.weight(row, head, $1.offset) * $1.element }
      for (place, other) in seen.enumerated() {
        let weight = attention.weight(row, head, place)
        let score = Double(attention.scale) * weight * (parts[place] - along)
        for column in 0..<attention.headWidth {
          func add(_ kind: Int, _ row: Int, _ value: Double) {
            let start = row * projectionGradient.columns + kind * attention.width
            sums[start + head * attention.headWidth + column] += value
          }
          add(0, row, score * Double(attention.part(1, head, other)[column]))
          add(1, other, score * Double(attention.part(0, head, row)[column]))
          add(2, other, weight * attention.factor(row, head, place) * Double(own[column]))
        }
      }
    }
    projectionGradient.forEach { row, column in
      projectionGradient[row, column] = Float(sums[row * projectionGradient.columns + column])
    }
  }

  func gate(_ halves: MatrixView, dropout: DropoutMask?, into output: MatrixView) {
    output.forEach { row, column in
      let left = Double(halves[row, column])
      let value = left / (1 + exp(-left)) * Double(halves[row, output.columns + column])
      output[row, column] = Float(value) * (dropout?.factor(row * output.columns + column) ?? 1)
    }
  }

  func gateBackward(_ halves: MatrixView, dropout: DropoutMask?, gradient: MatrixView) {
    let columns = gradient.columns
    gradient.forEach { row, column in
      let own = Double(gradient[row, column] * (dropout?.factor(row * columns + column) ?? 1))
      let (left, right) = (Double(halves[row, column]), Double(halves[row, columns + column]))
      let sigmoid = 1 / (1 + exp(-left))
      halves[row, column] = Float(own * right * (sigmoid + left * sigmoid * (1 - sigmoid)))
      halves[row, columns + column] = Float(own * left * sigmoid)
    }
  }
}

extension CausalAttention {
  fileprivate var headWidth: Int { width / heads }

  fileprivate func forEachHead(_ body: (_ sequence: Range<Int>, _ row: Int, _ head: Int) -> Void) {
    sequences.forEach { range in
      for row in range { for head in 0..<heads { body(range, row, head) } }
    }
  }

  /// The query (0), key (1) or value (2) of a row's head.
  fileprivate func part(_ kind: Int, _ head: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
    projections.row(row) + kind * width + head * headWidth
  }

  fileprivate func weight(_ row: Int, _ head: Int, _ place: Int) -> Double {
    Double(weights[row, head * longest + place])
  }

  fileprivate func factor(_ row: Int, _ head: Int, _ place: Int) -> Double {
    Double(dropout?.factor(row * weights.columns + head * longest + place) ?? 1)
  }

  fileprivate func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Double {
    (0..<headWidth).reduce(0) { $0 + Double(a[$1]) * Double(b[$1]) }
  }
}
