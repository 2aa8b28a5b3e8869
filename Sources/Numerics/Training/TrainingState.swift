/// All that a training needs to go on from the end of an epoch, to the same bytes as if it had never stopped.
public struct TrainingState {
  /// How many epochs are done.
  public var epoch: Int
  /// How many steps are done.
  public var step: Int
  /// The reports of the epochs done.
  public var reports: [EpochReport]
  /// The model's weights.
  public var weights: [NamedMatrix]
  /// The optimiser's state, one entry a parameter.
  public var optimizer: [OptimizerState]

  /// Makes a state, as read from a checkpoint.
  public init(
    epoch: Int,
    step: Int,
    reports: [EpochReport],
    weights: [NamedMatrix],
    optimizer: [OptimizerState]
  ) {
    self.epoch = epoch
    self.step = step
    self.reports = reports
    self.weights = weights
    self.optimizer = optimizer
  }
}
