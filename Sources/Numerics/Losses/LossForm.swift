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
}
