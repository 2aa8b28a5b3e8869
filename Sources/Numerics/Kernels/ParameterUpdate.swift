/// A range of one parameter's rows that an optimiser moves. Nothing is owned.
///
/// Slot `s` in `slots` stands for table row `rows[s]` (row `s` where `rows` is nil); its gradient is row
/// `gradientRows[s]` of `gradient` (row `s` where nil, no gradient where negative); its state is row `s` of
/// `states`.
struct ParameterUpdate {
  /// The parameter's values, `[table rows, columns]`.
  var values: UnsafeMutablePointer<Float>
  /// The gradients, `[gradient rows, columns]`.
  var gradient: UnsafePointer<Float>
  /// The optimiser's state arrays, each `[slots, columns]`.
  var states: (UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?)
  /// The table row of each slot.
  var rows: UnsafePointer<Int32>?
  /// The gradient row of each slot.
  var gradientRows: UnsafePointer<Int32>?
  /// The slots to move.
  var slots: Range<Int>
  /// The number of columns.
  var columns: Int
  /// Gradients are multiplied by this first (clipping).
  var gradientScale: Float
}
