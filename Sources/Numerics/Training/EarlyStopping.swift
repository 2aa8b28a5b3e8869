/// Watches a validation metric: which epoch was best, and when to stop waiting for a better one.
package struct EarlyStopping: Sendable, Equatable {
  /// What one more value means.
  package struct Verdict: Sendable, Equatable {
    /// Whether this is the best value so far: its weights are worth keeping.
    package let isBest: Bool
    /// Whether patience is at an end.
    package let shouldStop: Bool
  }

  /// Epochs without a better value that are waited for, 1 or more.
  package let patience: Int
  /// How much larger than the best a value must be to be better, 0 or more.
  package let minimumGain: Double
  /// The best value, or nil before the first.
  package private(set) var best: Double?
  /// The epoch of the best value, from 1.
  package private(set) var bestEpoch = 0
  private var waited = 0

  /// Makes a watch of a metric where more is better.
  package init(patience: Int, minimumGain: Double = 0) {
    self.patience = patience
    self.minimumGain = minimumGain
  }

  /// Takes the value of one more epoch. What is not a number is never better.
  package mutating func observe(_ value: Double, epoch: Int) -> Verdict {
    let isBest = !value.isNaN && best.map { value > $0 + minimumGain } ?? true
    if isBest {
      (best, bestEpoch, waited) = (value, epoch, 0)
    } else {
      waited += 1
    }
    return Verdict(isBest: isBest, shouldStop: waited >= patience)
  }
}
