/// Layer normalisation with a learned gain, from 1, and a learned bias, from 0; see `LayerRows`.
final class LayerNorm {
  /// `[1, width]` each.
  let gain: Parameter
  let bias: Parameter

  init(name: String, width: Int, _ draw: InitialDraw) {
    gain = Parameter("\(name)_gain", .dense, rows: 1, columns: width, initializer: .ones, draw)
    bias = Parameter("\(name)_bias", .dense, rows: 1, columns: width, initializer: .zeros, draw)
  }

  var parameters: [Parameter] { [gain, bias] }

  /// Computes `output` from `input`; `statistics` (`[rows, 2]`) keeps what the way back needs.
  func forward(
    _ input: MatrixView,
    statistics: UnsafeMutablePointer<Float>,
    into output: MatrixView,
    with kernels: any Kernels
  ) {
    kernels.normalizeLayer(rows(input, statistics), into: output)
  }

  /// Writes this shard's part of the parameters' gradients, and adds the gradient of the input to `inputGradient`.
  func backward(
    _ input: MatrixView,
    statistics: UnsafeMutablePointer<Float>,
    gradient: MatrixView,
    addingTo inputGradient: MatrixView,
    shard: Int,
    with kernels: any Kernels
  ) {
    let parts = (gain: gain.gradientPart(shard), bias: bias.gradientPart(shard))
    parts.gain.clear()
    parts.bias.clear()
    kernels.normalizeLayerBackward(
      rows(input, statistics),
      gradient: gradient,
      addingTo: inputGradient,
      gainGradient: parts.gain.start,
      biasGradient: parts.bias.start
    )
  }

  private func rows(_ input: MatrixView, _ statistics: UnsafeMutablePointer<Float>) -> LayerRows {
    LayerRows(input: input, gain: gain.value.start, bias: bias.value.start, statistics: statistics)
  }
}
