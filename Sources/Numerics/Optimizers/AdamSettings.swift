/// The numbers of Adam and AdamW.
package struct AdamSettings: Sendable, Equatable {
  /// The decay of the first moment, 0 ..< 1.
  package var beta1: Double
  /// The decay of the second moment, 0 ..< 1.
  package var beta2: Double
  /// Added to the root of the second moment.
  package var epsilon: Double
  /// Whether that root is corrected for its bias before epsilon is added, as in the paper's algorithm 1, PyTorch
  /// and Optax; else epsilon is added to the bare root, as Keras (legacy) does.
  package var correctsBeforeEpsilon = false
  /// Decoupled weight decay: each step also takes learning rate times this off every weight that it moves.
  package var weightDecay: Double

  /// Makes the settings; the defaults are Keras's.
  package init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7, weightDecay: Double = 0) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }
}
