import Glibc

/// How a query's own candidate is told apart from the others.
package enum LossForm: String, Sendable, CaseIterable {
  /// Softmax cross-entropy over all candidates at once.
  case softmax
  /// Bayesian personalised ranking: the mean over the other candidates, one at a time, of the cross-entropy of which
  /// of both it was.
  case bpr

  /// The loss, in nats, of a model that finds all of `candidates` equally likely: ln `candidates`, or ln 2.
  package func chance(candidates: Int) -> Double {
    switch self {
    case .softmax: log(Double(candidates))
    case .bpr: log(2)
    }
  }

  /// The temperatures to divide cosines by that warnings advise, from the lowest to the highest; none of them is warned of
  /// as too high.
  package var usualTemperatures: ClosedRange<Double> {
    switch self {
    case .softmax: 0.05...0.1
    case .bpr: 0.2...0.5
    }
  }

  /// Whether it can be taken from candidates to queries too.
  package var canBeSymmetric: Bool {
    switch self {
    case .softmax: true
    case .bpr: false
    }
  }

  /// What it is counted in.
  package var unit: String {
    switch self {
    case .softmax, .bpr: "nats"
    }
  }

  /// What it is, for who chooses a loss.
  package var explanation: String {
    switch self {
    case .softmax: "softmax over the candidates"
    case .bpr: "the mean over pairs of softplus(logit of another candidate - logit of the target)"
    }
  }

  /// What a model does that knows nothing, in words.
  package var guessing: String {
    switch self {
    case .softmax: "guessing among a batch's items"
    case .bpr: "guessing which of two items was clicked"
    }
  }

  /// What to try where it stays at chance.
  package var stalledAdvice: String {
    switch self {
    case .softmax: "A larger learning rate or more epochs are what to try first."
    case .bpr: "Another temperature, a larger learning rate or more epochs are what to try first."
    }
  }
}
