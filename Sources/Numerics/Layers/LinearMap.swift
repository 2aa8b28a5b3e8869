/// A learned matrix without bias that begins at zero: what it adds is nothing until it has learned something.
final class LinearMap {
  /// `[inputs, outputs]`.
  let kernel: Parameter

  init(name: String, inputs: Int, outputs: Int, _ draw: InitialDraw) {
    kernel = Parameter(name, .dense, rows: inputs, columns: outputs, initializer: .zeros, draw)
  }

  /// `output = input * kernel`, added to what is there where it `adds`.
  func forward(_ input: MatrixView, adds: Bool, into output: MatrixView, with kernels: any Kernels) {
    kernels.multiply(.plain(input), .plain(kernel.value.view), into: output, scale: 1, accumulate: adds)
  }

  /// Writes this shard's part of the kernel's gradient, and the gradient of the input.
  func backward(
    _ input: MatrixView,
    gradient: MatrixView,
    into inputGradient: MatrixView,
    shard: Int,
    with kernels: any Kernels
  ) {
    kernels.multiply(
      .transposed(input),
      .plain(gradient),
      into: kernel.gradientPart(shard),
      scale: 1,
      accumulate: false
    )
    kernels.multiply(
      .plain(gradient),
      .transposed(kernel.value.view),
      into: inputGradient,
      scale: 1,
      accumulate: false
    )
  }
}
