/// Rows that are brought to mean 0 and variance 1, times a gain and plus a bias by column. Nothing is owned.
///
///     y = (x - m) / sqrt(v + 1e-5) g + b
///
/// Source: J. L. Ba et al., "Layer Normalization", 2016, equation 4; the epsilon is PyTorch's.
struct LayerRows {
  /// x, `[rows, columns]`.
  var input: MatrixView
  /// g, `[columns]`.
  var gain: UnsafePointer<Float>
  /// b, `[columns]`.
  var bias: UnsafePointer<Float>
  /// Of each row m and the reciprocal of the root, `[rows, 2]`: written by the forward pass, read by the backward pass.
  var statistics: UnsafeMutablePointer<Float>
}
