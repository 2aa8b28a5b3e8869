import CKernels
import COneDNN

/// Matrix products by oneDNN, loops by vector code chosen for the processor at run time (AVX-512, AVX2, SSE2).
///
/// Measured with two AVX2 cores at this model's shapes (128 to 256 rows, 32 to 128 columns): oneDNN 2.6 does 63
/// to 81 GFLOP/s a core where Debian's OpenBLAS 0.3.21 does 43 to 66.
///
/// Products in bfloat16 are our own (`products.c`): on one Zen 5 core 430 to 470 GFLOP/s at these shapes, where oneDNN's
/// in Float32 are 225 to 255; oneDNN 2.6's in bfloat16 leave rounding to who calls them, and come to 1.4 to 2.4 times its own in Float32.
struct FastKernels: Kernels {
  var precision = Precision.float32

  func multiply(_ a: Operand, _ b: Operand, into c: MatrixView, scale: Float, accumulate: Bool) {
    precondition(
      a.rows == c.rows && b.columns == c.columns && a.columns == b.rows,
      "the shapes of a product fit"
    )
    guard c.rows > 0 && c.columns > 0 else { return }
    if precision == .bf16 {
      let (left, right): (Int32, Int32) = (a.isTransposed ? 1 : 0, b.isTransposed ? 1 : 0)
      return tb_multiply_bf16(a.block.block, left, b.block.block, right, c.block, scale, accumulate ? 1 : 0)
    }
    let status = dnnl_sgemm(
      a.isTransposed ? 84 : 78,
      b.isTransposed ? 84 : 78,  // 'T' : 'N'
      dnnl_dim_t(c.rows),
      dnnl_dim_t(c.columns),
      dnnl_dim_t(a.columns),
      scale,
      a.block.start,
      dnnl_dim_t(a.block.stride),
      b.block.start,
      dnnl_dim_t(b.block.stride),
      accumulate ? 1 : 0,
      c.start,
      dnnl_dim_t(c.stride)
    )
    precondition(status == dnnl_success, "oneDNN takes the arguments of a checked product")
  }

  func finishDense(
    _ output: MatrixView,
    bias: UnsafePointer<Float>,
    relu: Bool,
    dropout: DropoutMask?
  ) {
    guard let dropout else { return tb_finish_dense(output.block, bias, relu ? 1 : 0, nil) }
    var mask = dropout.native
    tb_finish_dense(output.block, bias, relu ? 1 : 0, &mask)
  }

  func reluBackward(_ gradient: MatrixView, output: MatrixView, scale: Float) {
    tb_relu_backward(gradient.block, output.block, scale)
  }

  func dropoutBackward(_ gradient: MatrixView, dropout: DropoutMask) {
    var mask = dropout.native
    tb_dropout_backward(gradient.block, &mask)
  }

  func addColumnSums(of matrix: MatrixView, to sums: UnsafeMutablePointer<Float>) {
    tb_add_column_sums(matrix.block, sums)
  }

  func add(_ part: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, count: Int) {
    tb_add(sum, part, Int64(count))
  }

  func sumOfSquares(_ values: UnsafePointer<Float>, count: Int) -> Double {
    tb_sum_of_squares(values, Int64(count))
  }

  func normalizeRows(
    _ input: MatrixView,
    into output: MatrixView,
    inverse: UnsafeMutablePointer<Float>
  ) {
    tb_normalize_rows(input.block, output.block, inverse, 1e-12)
  }

  func normalizeRows(
    _ input: MatrixView,
    into output: MatrixView,
    inverse: UnsafeMutablePointer<Float>,
    epsilon: Float
  ) {
    tb_normalize_rows_smooth(input.block, output.block, inverse, epsilon)
  }

  func normalizeRowsBackward(
    _ outputGradient: MatrixView,
    output: MatrixView,
    inverse: UnsafePointer<Float>,
    into inputGradient: MatrixView
  ) {
    tb_normalize_rows_backward(outputGradient.block, output.block, inverse, inputGradient.block)
  }
}

extension MatrixView {
  var block: tb_block {
    tb_block(start: start, rows: Int32(rows), columns: Int32(columns), stride: Int64(stride))
  }
}

extension DropoutMask {
  var native: tb_dropout {
    tb_dropout(key0: keys.0, key1: keys.1, first: first, threshold: threshold, scale: scale)
  }
}
