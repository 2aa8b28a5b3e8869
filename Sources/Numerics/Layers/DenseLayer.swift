/// A dense layer, `output = dropout(relu(input * kernel + bias))`, that works on any rows of a batch.
final class DenseLayer {
  /// `[inputs, outputs]`.
  let kernel: Parameter
  /// `[1, outputs]`.
  let bias: Parameter
  /// Whether ReLU follows; else the identity.
  let relu: Bool
  /// The share of outputs that training drops, 0 ..< 1.
  let dropout: Double

  init(name: String, inputs: Int, outputs: Int, relu: Bool, dropout: Double, _ draw: InitialDraw) {
    kernel = Parameter(
      "\(name)_kernel",
      .dense,
      rows: inputs,
      columns: outputs,
      initializer: .glorotUniform,
      draw
    )
    bias = Parameter("\(name)_bias", .dense, rows: 1, columns: outputs, initializer: .zeros, draw)
    self.relu = relu
    self.dropout = dropout
  }

  var outputs: Int { kernel.value.columns }
  var parameters: [Parameter] { [kernel, bias] }

  /// The mask of this step, or nil where nothing is dropped.
  func mask(_ key: UInt64?) -> DropoutMask? {
    guard dropout > 0, let key else { return nil }
    return DropoutMask(rate: dropout, key: key)
  }

  /// Computes `output` from `input`, row by row; `mask` begins at the first of these rows.
  func forward(_ input: MatrixView, into output: MatrixView, mask: DropoutMask?, with kernels: any Kernels) {
    kernels.multiply(.plain(input), .plain(kernel.value.view), into: output, scale: 1, accumulate: false)
    kernels.finishDense(output, bias: bias.value.start, relu: relu, dropout: mask)
  }

  /// Turns `gradient`, that of the output, into that of the pre-activation, in place.
  ///
  /// After ReLU what dropout dropped and what ReLU cut are both zeros of the output, so that no mask is needed.
  func activationBackward(
    _ gradient: MatrixView,
    output: MatrixView,
    mask: DropoutMask?,
    with kernels: any Kernels
  ) {
    if relu {
      kernels.reluBackward(gradient, output: output, scale: mask?.scale ?? 1)
    } else if let mask {
      kernels.dropoutBackward(gradient, dropout: mask)
    }
  }

  /// Writes this shard's part of the parameters' gradients; `gradient` is that of the pre-activation.
  func parameterGradient(_ input: MatrixView, gradient: MatrixView, shard: Int, with kernels: any Kernels) {
    kernels.multiply(
      .transposed(input),
      .plain(gradient),
      into: kernel.gradientPart(shard),
      scale: 1,
      accumulate: false
    )
    let sums = bias.gradientPart(shard)
    sums.clear()
    kernels.addColumnSums(of: gradient, to: sums.start)
  }

  /// Writes the gradient of the input; `gradient` is that of the pre-activation.
  func inputGradient(_ gradient: MatrixView, into inputGradient: MatrixView, with kernels: any Kernels) {
    kernels.multiply(
      .plain(gradient),
      .transposed(kernel.value.view),
      into: inputGradient,
      scale: 1,
      accumulate: false
    )
  }
}
