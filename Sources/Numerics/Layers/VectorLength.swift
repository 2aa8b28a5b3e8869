/// What a tower does to the length of its vectors.
enum VectorLength: Equatable {
  /// Nothing.
  case free
  /// x / sqrt(max(|x|^2, 1e-12)), as `tf.nn.l2_normalize`.
  case floored
  /// x / sqrt(|x|^2 + epsilon).
  case smooth(epsilon: Float)

  /// Writes `input` at this length to `output`, of the same shape; `inverse`, `[rows]`, keeps what goes back.
  func apply(
    _ input: MatrixView,
    into output: MatrixView,
    inverse: UnsafeMutablePointer<Float>,
    with kernels: any Kernels
  ) {
    switch self {
    case .free:
      for row in 0..<input.rows { output.row(row).update(from: input.row(row), count: input.columns) }
    case .floored: kernels.normalizeRows(input, into: output, inverse: inverse)
    case .smooth(let epsilon):
      kernels.normalizeRows(input, into: output, inverse: inverse, epsilon: epsilon)
    }
  }
}
