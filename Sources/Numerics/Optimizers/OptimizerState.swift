/// What an optimiser remembers of one parameter, as a checkpoint holds it.
package struct OptimizerState {
  /// The parameter's name.
  package var parameter: String
  /// The table rows that have state, in the order of their first gradient; empty for dense parameters, whose rows
  /// all have.
  package let rows: [Int32]
  /// The state arrays by name (`m` and `v` of Adam), each `[rows, columns]`.
  package let arrays: [NamedMatrix]

  /// Makes a state, as read from a checkpoint.
  package init(parameter: String, rows: [Int32], arrays: [NamedMatrix]) {
    self.parameter = parameter
    self.rows = rows
    self.arrays = arrays
  }
}
