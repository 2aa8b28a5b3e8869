/// All that a training needs to go on from the end of an epoch, to the same bytes as if it had never stopped.
package struct TrainingState {
  /// How many epochs are done.
  package var epoch: Int
  /// How many steps are done.
  package var step: Int
  /// The reports of the epochs done.
  package var reports: [EpochReport]
  /// The model's weights.
  package var weights: [NamedMatrix]
  /// The optimiser's state, one entry a parameter.
  package var optimizer: [OptimizerState]

  /// Makes a state, as read from a checkpoint.
  package init(
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
