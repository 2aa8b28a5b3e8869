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

  /// The means of `reports`, which are those of one epoch by several models.
  init(epoch: Int, meanOf reports: [EpochReport]) {
    func mean(_ value: (EpochReport) -> Double) -> Double {
      reports.reduce(0) { $0 + value($1) } / Double(max(1, reports.count))
    }
    self.init(
      epoch: epoch,
      meanLoss: mean(\.meanLoss),
      chanceLoss: mean(\.chanceLoss),
      learningRate: mean(\.learningRate),
      hardNegatives: mean(\.hardNegatives)
    )
  }

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
