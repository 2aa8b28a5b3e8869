/// One step of a gated recurrent unit over some rows, all of it side by side. Nothing is owned.
///
///     z = sigmoid(x_z + h_z),  r = sigmoid(x_r + h_r),  m = h_c,  c = tanh(x_c + r m),  h = z h' + (1 - z) c
///
/// x are the input's products, h those of the state h' before, each with its bias. The reset gate is applied after
/// the product, as in Keras with `reset_after=True`, in cuDNN and PyTorch.
struct GatedStep {
  /// The input's products by gate (z, r, c), `[rows, 3 width]`; the forward pass makes gates of them, the backward
  /// pass the gradients of the sums under the gates.
  var gates: MatrixView
  /// The products of the state before, `[rows, 3 width]`, and that state, `[rows, width]`; nil where it is zero.
  var before: (products: MatrixView, state: MatrixView)?
  /// The biases of the input's products and of the state's, `[2, 3 width]`.
  var bias: UnsafePointer<Float>
  /// Receives m, `[rows, width]`; its gradient in the backward pass.
  var inner: MatrixView
  /// Receives h, `[rows, width]`.
  var state: MatrixView

  /// The width of the state.
  var width: Int { state.columns }
}
