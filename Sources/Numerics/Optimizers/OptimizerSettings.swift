/// Which optimiser moves the weights, with its numbers.
package enum OptimizerSettings: Sendable, Equatable {
  /// Keras's (legacy) Adam; a weight decay above 0 makes it AdamW.
  case adam(AdamSettings = AdamSettings())
  /// Keras's (legacy) Adagrad: the sum of squares begins at `initialAccumulator` (0.1).
  case adagrad(initialAccumulator: Double = 0.1, epsilon: Double = 1e-7)
  /// Gradient descent, with momentum 0 ..< 1 (0 for none).
  case sgd(momentum: Double = 0)

  /// The names of what it remembers of each parameter, as saved.
  package var stateNames: [String] { rule.stateNames }
  /// What it remembers of a row that never had a gradient.
  package var initialState: Float { rule.initialState }

  /// The rule that these settings describe.
  var rule: any UpdateRule {
    switch self {
    case .adam(let settings): AdamRule(settings: settings)
    case .adagrad(let initial, let epsilon): AdagradRule(initialAccumulator: initial, epsilon: epsilon)
    case .sgd(let momentum): SGDRule(momentum: momentum)
    }
  }
}
