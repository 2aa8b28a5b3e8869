/// What a trainer says after a step.
public struct StepReport: Sendable, Equatable {
  /// The epoch, from 1.
  public let epoch: Int
  /// The step within the epoch, from 1.
  public let step: Int
  /// How many steps the epoch has.
  public let stepsInEpoch: Int
  /// The loss of this step's batch.
  public let loss: Double
  /// The mean loss of the epoch so far, weighted by batch size, as Keras shows it.
  public let meanLoss: Double
  /// What a model that knows nothing would have, likewise weighted.
  public let chanceLoss: Double
  /// The learning rate of this step.
  public let learningRate: Double
}
