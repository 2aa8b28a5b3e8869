import CKernels

/// What a row misses that had no gradient for some steps of Adam.
typealias AdamLag = tb_adam_lag

/// What a row misses that had no gradient for some steps of gradient descent with momentum.
typealias MomentumLag = tb_momentum_lag

/// Which slots of a table have how far to go. Nothing is owned.
struct Lagging<Lag> {
  /// The step that last moved each slot, `[slots]`.
  var steps: UnsafeMutablePointer<Int32>
  /// The step that `lags[0]` belongs to.
  var firstStep: Int
  /// The step to be brought up to.
  var step: Int
  /// What is missing after each step from `firstStep` on, up to the one before `step`.
  var lags: UnsafePointer<Lag>
}
