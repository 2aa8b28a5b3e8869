/// How a parameter's first values are drawn.
public enum Initializer: Sendable, Equatable {
  /// All zero.
  case zeros
  /// Uniform in [-limit, limit). Keras draws embeddings with limit 0.05.
  case uniform(limit: Double)
  /// Uniform in [-limit, limit) with limit = sqrt(6 / (inputs + outputs)).
  /// Source: X. Glorot and Y. Bengio, AISTATS 2010, equation 16; Keras's default for dense kernels.
  case glorotUniform
  /// Element `i` is `i * slope`.
  case linear(slope: Double)
  /// Normal with mean 0 and the given standard deviation.
  case normal(standardDeviation: Double)

  /// Fills `matrix` (`[inputs, outputs]`) from `generator`, row after row.
  func fill(_ matrix: Matrix, from generator: inout NumpyGenerator) {
    switch self {
    case .zeros:
      matrix.elements.update(repeating: 0)
    case .uniform(let limit):
      Self.fillUniform(matrix, limit: limit, from: &generator)
    case .glorotUniform:
      let limit = (6 / Double(max(1, matrix.rows + matrix.columns))).squareRoot()
      Self.fillUniform(matrix, limit: limit, from: &generator)
    case .linear(let slope):
      for index in matrix.elements.indices { matrix.elements[index] = Float(Double(index) * slope) }
    case .normal(let deviation):
      for index in matrix.elements.indices {
        matrix.elements[index] = Float(generator.standardNormal() * deviation)
      }
    }
  }

  /// Two values from each 64-bit draw, 24 bits each: large tables take half as long.
  private static func fillUniform(_ matrix: Matrix, limit: Double, from generator: inout NumpyGenerator) {
    let elements = matrix.elements
    let step = Float(limit * 0x1p-23)
    let low = Float(-limit)
    var index = 0
    while index < elements.count {
      let bits = generator.nextUInt64()
      elements[index] = low + Float(UInt32(truncatingIfNeeded: bits >> 40)) * step
      if index + 1 < elements.count {
        elements[index + 1] = low + Float(UInt32(truncatingIfNeeded: bits) >> 8) * step
      }
      index += 2
    }
  }
}
