/// The optimisers by name, and the numbers that each of them takes: the one list that settings, schema and warnings read.
package enum OptimizerName: String, CaseIterable, Sendable {
  case adam, adamw, adagrad, sgd

  /// A number of one or more optimisers, by the name of its setting.
  package enum Number: String, CaseIterable, Sendable {
    case beta1 = "beta_1"
    case beta2 = "beta_2"
    case epsilon
    case epsilonAfterCorrection = "epsilon_after_correction"
    case weightDecay = "weight_decay"
    case initialAccumulator = "initial_accumulator"
    case momentum
  }

  /// What has an effect with this optimiser.
  package var numbers: Set<Number> {
    switch self {
    case .adam: [.beta1, .beta2, .epsilon, .epsilonAfterCorrection]
    case .adamw: [.beta1, .beta2, .epsilon, .epsilonAfterCorrection, .weightDecay]
    case .adagrad: [.epsilon, .initialAccumulator]
    case .sgd: [.momentum]
    }
  }

  /// The optimiser whose steps this one takes, apart from its decay of weights.
  package var withoutDecay: OptimizerName { self == .adamw ? .adam : self }
}
