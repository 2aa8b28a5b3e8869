/// Rows of one parameter that an optimiser moves. Nothing is owned.
///
/// Entry `e` in `entries` stands for table row `rows[e]` (row `e` where `rows` is nil); its state is row `slots[e]` of
/// `states` (row `e` where `slots` is nil), its gradient row `e` of `gradient`.
struct ParameterUpdate {
  /// The parameter's values, `[table rows, columns]`.
  var values: UnsafeMutablePointer<Float>
  /// The gradients, `[entries, columns]`; nil where rows move without.
  var gradient: UnsafePointer<Float>?
  /// The optimiser's state, `[slots, arrays, columns]`: what belongs to a row lies together. Nil where there is none.
  var states: UnsafeMutablePointer<Float>?
  /// How many state arrays there are.
  var stateCount: Int
  /// The table row of each entry.
  var rows: UnsafePointer<Int32>?
  /// The row of its state.
  var slots: UnsafePointer<Int32>?
  /// The entries to move.
  var entries: Range<Int>
  /// The number of columns.
  var columns: Int
  /// Gradients are multiplied by this first (clipping).
  var gradientScale: Float

  /// The elements of state of a row.
  var stateWidth: Int { stateCount * columns }
}
