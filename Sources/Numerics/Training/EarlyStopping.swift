/// Watches a validation metric: which epoch was best, and when to stop waiting for a better one.
public struct EarlyStopping: Sendable, Equatable {
  /// What one more value means.
  public struct Verdict: Sendable, Equatable {
    /// Whether this is the best value so far: its weights are worth keeping.
    public let isBest: Bool
    /// Whether patience is at an end.
    public let shouldStop: Bool
  }

  /// Epochs without a better value that are waited for, 1 or more.
  public let patience: Int
  /// How much larger than the best a value must be to be better, 0 or more.
  public let minimumGain: Double
  /// The best value, or nil before the first.
  public private(set) var best: Double?
  /// The epoch of the best value, from 1.
  public private(set) var bestEpoch = 0
  private var waited = 0

  /// Makes a watch of a metric where more is better.
  public init(patience: Int, minimumGain: Double = 0) {
    self.patience = patience
    self.minimumGain = minimumGain
  }

  /// Takes the value of one more epoch. What is not a number is never better.
  public mutating func observe(_ value: Double, epoch: Int) -> Verdict {
    let isBest = !value.isNaN && best.map { value > $0 + minimumGain } ?? true
    if isBest {
      (best, bestEpoch, waited) = (value, epoch, 0)
    } else {
      waited += 1
    }
    return Verdict(isBest: isBest, shouldStop: waited >= patience)
  }
}
