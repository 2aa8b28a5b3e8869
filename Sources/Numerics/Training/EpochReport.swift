/// What a trainer says after an epoch.
package struct EpochReport: Sendable, Equatable {
  /// The epoch, from 1.
  package let epoch: Int
  /// The mean loss of its batches, weighted by batch size, as Keras reports it.
  package let meanLoss: Double
  /// What the best model has that tells no candidates apart, likewise weighted: ln of their number, or ln 2 where they
  /// are compared in pairs; see ``LossForm``.
  package let chanceLoss: Double
  /// The learning rate of its last step.
  package let learningRate: Double
  /// How many hard negatives its steps had among their candidates, on average.
  package let hardNegatives: Double

  /// Makes a report, as read from a checkpoint.
  package init(
    epoch: Int,
    meanLoss: Double,
    chanceLoss: Double,
    learningRate: Double,
    hardNegatives: Double = 0
  ) {
    self.epoch = epoch
    self.meanLoss = meanLoss
    self.chanceLoss = chanceLoss
    self.learningRate = learningRate
    self.hardNegatives = hardNegatives
  }
}
