import Numerics

/// A training that ended at its chance level, and where the same is to be expected.
///
/// Measured with softmax losses on the 20,000 users of `recipes/news_two_tower.yaml` (65,809 samples): with its towers of dense layers at
/// dropout 0.1 and at dropout 0, and with the sums of `recipes/news_best_vectors.yaml`, each optimiser over a range of rates.
/// With dropout 0.1, of Adam's runs those up to 2e-4 for 10 epochs, 5e-4 for 6 and 1e-3 for 3 ended within 0.003 of
/// ln 1024, and so did 20 epochs of Adagrad from 1e-3 to 0.1 and of SGD from 1e-3 to 1.
struct SeenStall {
  /// The optimiser.
  let optimizer: OptimizerName
  /// Whether both towers are dense layers.
  let isDense: Bool
  /// Whether dense layers drop outputs; nil where it makes no difference.
  let drops: Bool?
  /// The rates at which it was seen; below the lowest that was tried it is no better.
  let rates: ClosedRange<Double>
  /// The steps for which it was seen.
  let steps: Int
  /// The product of rate and steps up to which it was seen.
  let product: Double

  /// The samples an epoch has where nothing else is known.
  static let samples = 65_809

  private init(
    _ optimizer: OptimizerName,
    isDense: Bool,
    drops: Bool? = nil,
    rates: ClosedRange<Double>,
    steps: Int = .max,
    product: Double = .infinity
  ) {
    self.optimizer = optimizer
    self.isDense = isDense
    self.drops = drops
    self.rates = rates
    self.steps = steps
    self.product = product
  }

  /// All that was seen.
  static let all = [
    SeenStall(.adam, isDense: true, drops: true, rates: 0...1e-3, product: 0.2),
    SeenStall(.adam, isDense: true, drops: false, rates: 0...1e-3, product: 0.04),
    SeenStall(.adam, isDense: false, rates: 0...1e-4, product: 0.05),
    SeenStall(.adagrad, isDense: true, drops: true, rates: 0...0.1, steps: 1300),
    SeenStall(.adagrad, isDense: true, drops: false, rates: 0...1e-3, steps: 1900),
    SeenStall(.adagrad, isDense: false, rates: 0...1e-3, steps: 1300),
    SeenStall(.sgd, isDense: true, drops: true, rates: 0...1, steps: 1300),
    SeenStall(.sgd, isDense: true, drops: false, rates: 0...1e-3, steps: 1900),
    SeenStall(.sgd, isDense: true, drops: false, rates: 0.1...10, steps: 1900),
  ]
}
