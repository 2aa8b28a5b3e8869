/// Attention of every row to itself and to the rows before it in its sequence, head by head. Nothing is owned.
///
///     y_r = sum_j m_rj w_rj v_j,   w_r = softmax_j(scale q_r . k_j),   j <= r
///
/// m is what dropout multiplies weights by. Source: A. Vaswani et al., NeurIPS 2017, equation 1, with the mask of
/// section 3.2.3.
struct CausalAttention {
  /// Queries, keys and values side by side, each head after head, `[rows, 3 width]`.
  var projections: MatrixView
  /// The weights before dropout, `[rows, (heads + 1) longest]`: head `h` of row `r` gives the j-th row of its sequence
  /// `weights[r, h longest + j]`. Written by the forward pass, read by the backward pass, which works in the last columns.
  var weights: MatrixView
  /// Which rows are of one sequence.
  var sequences: PackedRows
  /// How many heads there are; they divide the width.
  var heads: Int
  /// The length of the longest sequence, or more.
  var longest: Int
  /// Which weights are dropped: elements of `weights`; nil for none.
  var dropout: DropoutMask?

  /// The width of the output.
  var width: Int { projections.columns / 3 }
  /// Scores are inner products times this.
  var scale: Float { 1 / Float(width / heads).squareRoot() }
}
