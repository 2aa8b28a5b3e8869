/// What each kernel does, in plain Swift with sums in Double: slow, simple, what the tests compare with.
struct ReferenceKernels: Kernels {
  var precision = Precision.float32

  func multiply(_ a: Operand, _ b: Operand, into c: MatrixView, scale: Float, accumulate: Bool) {
    for row in 0..<c.rows {
      for column in 0..<c.columns {
        var sum = 0.0
        for k in 0..<a.columns { sum += Double(rounded(a[row, k])) * Double(rounded(b[k, column])) }
        let product = Float(Double(scale) * sum)
        c[row, column] = accumulate ? c[row, column] + product : product
      }
    }
  }

  /// `value` in the products' precision: to nearest, ties to even, and below 2^-126 to zero.
  private func rounded(_ value: Float) -> Float {
    guard precision == .bf16, value.isFinite else { return value }
    guard abs(value) >= .leastNormalMagnitude else { return 0 }
    let bits = value.bitPattern
    return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
  }

  func finishDense(
    _ output: MatrixView,
    bias: UnsafePointer<Float>,
    relu: Bool,
    dropout: DropoutMask?
  ) {
    output.forEach { row, column in
      let sum = output[row, column] + bias[column]
      let factor = dropout?.factor(row * output.columns + column) ?? 1
      output[row, column] = (relu ? max(sum, 0) : sum) * factor
    }
  }

  func reluBackward(_ gradient: MatrixView, output: MatrixView, scale: Float) {
    gradient.forEach { row, column in
      gradient[row, column] = output[row, column] > 0 ? gradient[row, column] * scale : 0
    }
  }

  func dropoutBackward(_ gradient: MatrixView, dropout: DropoutMask) {
    gradient.forEach { row, column in
      gradient[row, column] *= dropout.factor(row * gradient.columns + column)
    }
  }

  func addColumnSums(of matrix: MatrixView, to sums: UnsafeMutablePointer<Float>) {
    matrix.forEach { row, column in sums[column] += matrix[row, column] }
  }

  func add(_ part: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { sum[index] += part[index] }
  }

  func sumOfSquares(_ values: UnsafePointer<Float>, count: Int) -> Double {
    var sum = 0.0
    for index in 0..<count { sum += Double(values[index]) * Double(values[index]) }
    return sum
  }

  func normalizeRows(
    _ input: MatrixView,
    into output: MatrixView,
    inverse: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<input.rows {
      let sum = sumOfSquares(input.row(row), count: input.columns)
      let factor = Float(1 / max(sum, 1e-12).squareRoot())
      for column in 0..<input.columns { output[row, column] = input[row, column] * factor }
      inverse[row] = sum < 1e-12 ? -factor : factor
    }
  }

  func normalizeRows(
    _ input: MatrixView,
    into output: MatrixView,
    inverse: UnsafeMutablePointer<Float>,
    epsilon: Float
  ) {
    for row in 0..<input.rows {
      inverse[row] = UnitLength(epsilon: epsilon).factor(input.row(row), count: input.columns)
      for column in 0..<input.columns { output[row, column] = input[row, column] * inverse[row] }
    }
  }

  func normalizeRowsBackward(
    _ outputGradient: MatrixView,
    output: MatrixView,
    inverse: UnsafePointer<Float>,
    into inputGradient: MatrixView
  ) {
    for row in 0..<output.rows {
      var dot = 0.0
      if inverse[row] > 0 {
        for column in 0..<output.columns {
          dot += Double(outputGradient[row, column]) * Double(output[row, column])
        }
      }
      for column in 0..<output.columns {
        inputGradient[row, column] =
          abs(inverse[row]) * (outputGradient[row, column] - output[row, column] * Float(dot))
      }
    }
  }
}

extension Operand {
  subscript(row: Int, column: Int) -> Float {
    isTransposed ? block[column, row] : block[row, column]
  }
}

extension MatrixView {
  func forEach(_ body: (_ row: Int, _ column: Int) -> Void) {
    for row in 0..<rows {
      for column in 0..<columns { body(row, column) }
    }
  }
}
