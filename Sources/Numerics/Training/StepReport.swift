/// What a trainer says after a step.
package struct StepReport: Sendable, Equatable {
  /// The epoch, from 1.
  package let epoch: Int
  /// The step within the epoch, from 1.
  package let step: Int
  /// How many steps the epoch has.
  package let stepsInEpoch: Int
  /// The loss of this step's batch.
  package let loss: Double
  /// The mean loss of the epoch so far, weighted by batch size, as Keras shows it.
  package let meanLoss: Double
  /// What a model that knows nothing would have, likewise weighted.
  package let chanceLoss: Double
  /// The learning rate of this step.
  package let learningRate: Double
}
