/// Clicks that rows attend to, packed row after row. Nothing is owned.
struct AttentionRows {
  /// The vectors of the clicks, `[clicks, dim]`, side by side.
  var clicks: MatrixView
  /// Row `r` has the clicks `offsets[r]..<offsets[r + 1]`, `[rows + 1]`.
  var offsets: UnsafePointer<Int32>
  /// What each row asks, `[rows, dim]`.
  var queries: MatrixView
  /// Scores are inner products times this.
  var scale: Float
  /// The weights of the clicks, `[clicks]`: written by the forward pass, read by the backward pass.
  var weights: UnsafeMutablePointer<Float>

  /// The clicks of row `row`.
  func range(_ row: Int) -> Range<Int> { Int(offsets[row])..<Int(offsets[row + 1]) }
}
