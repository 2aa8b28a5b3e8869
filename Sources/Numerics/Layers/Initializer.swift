import Memory

/// How a parameter's first values are drawn.
package enum Initializer: Sendable, Equatable, Codable {
  /// All zero.
  case zeros
  /// All one.
  case ones
  /// Uniform in [-limit, limit). Keras draws embeddings with limit 0.05.
  case uniform(limit: Double)
  /// Uniform in [-limit, limit) with limit = sqrt(6 / (inputs + outputs)).
  /// Source: X. Glorot and Y. Bengio, AISTATS 2010, equation 16; Keras's default for dense kernels.
  case glorotUniform
  /// Element `i` is `i * slope`.
  case linear(slope: Double)
  /// Element `i` of every row is `i * slope`.
  case lines(slope: Double)
  /// Normal with mean 0 and the given standard deviation.
  case normal(standardDeviation: Double)
  /// 1 on the diagonal, 0 elsewhere.
  case identity
  /// Rows of length one, each at right angles to the others, in a random direction; there must not be more rows than
  /// columns. Source: A. M. Saxe et al., ICLR 2014; Keras's default for recurrent kernels.
  case orthogonal

  /// Fills `matrix` (`[inputs, outputs]`), all zero so far, from `generator`, row after row.
  func fill(_ matrix: Matrix, from generator: inout NumpyGenerator, on threads: Threads) {
    switch self {
    case .zeros: break
    case .ones: matrix.elements.update(repeating: 1)
    case .uniform(let limit):
      Self.fillUniform(matrix, limit: limit, from: generator, on: threads)
    case .glorotUniform:
      let limit = (6 / Double(max(1, matrix.rows + matrix.columns))).squareRoot()
      Self.fillUniform(matrix, limit: limit, from: generator, on: threads)
    case .linear(let slope):
      for index in matrix.elements.indices { matrix.elements[index] = Float(Double(index) * slope) }
    case .lines(let slope):
      for index in matrix.elements.indices {
        matrix.elements[index] = Float(Double(index % matrix.columns) * slope)
      }
    case .normal(let deviation):
      for index in matrix.elements.indices {
        matrix.elements[index] = Float(generator.standardNormal() * deviation)
      }
    case .identity:
      for index in 0..<min(matrix.rows, matrix.columns) { matrix[index, index] = 1 }
    case .orthogonal:
      Self.fillOrthogonal(matrix, from: &generator)
    }
  }

  /// Normal rows, from each of which what lies along the ones before it is taken (Gram and Schmidt, modified).
  private static func fillOrthogonal(_ matrix: Matrix, from generator: inout NumpyGenerator) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    precondition(rows <= columns, "more rows than columns cannot be at right angles")
    var values = (0..<rows * columns).map { _ in generator.standardNormal() }
    values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows {
        let own = row * columns
        for other in stride(from: 0, to: own, by: columns) {
          var along = 0.0
          for column in 0..<columns { along += values[own + column] * values[other + column] }
          for column in 0..<columns { values[own + column] -= along * values[other + column] }
        }
        var squares = 0.0
        for column in 0..<columns { squares += values[own + column] * values[own + column] }
        for column in 0..<columns { values[own + column] /= squares.squareRoot() }
      }
      for index in matrix.elements.indices { matrix.elements[index] = Float(values[index]) }
    }
  }

  /// Two values from each 64-bit draw, 24 bits each: large tables take half as long.
  private static func fillUniform(
    _ matrix: Matrix,
    limit: Double,
    from generator: NumpyGenerator,
    on threads: Threads
  ) {
    let elements = matrix.elements
    let step = Float(limit * 0x1p-23)
    let low = Float(-limit)
    threads.forEachRange(of: elements.count, size: 1 << 18) { range in
      var generator = generator
      generator.advance(range.lowerBound / 2)
      var index = range.lowerBound
      while index < range.upperBound {
        let bits = generator.nextUInt64()
        elements[index] = low + Float(UInt32(truncatingIfNeeded: bits >> 40)) * step
        if index + 1 < range.upperBound {
          elements[index + 1] = low + Float(UInt32(truncatingIfNeeded: bits) >> 8) * step
        }
        index += 2
      }
    }
  }
}
