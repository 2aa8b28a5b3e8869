/// What happens after an epoch.
public enum EpochDecision: Sendable {
  /// The next one.
  case proceed
  /// The training ends here.
  case stop
}

/// Who listens to a trainer, and may end it.
public struct TrainingObserver {
  /// Called after each step.
  public var onStep: (StepReport) -> Void
  /// Called after each epoch with the model as it is then; may measure it, save it (`Trainer.state`), and decides
  /// whether to go on.
  public var onEpoch: (EpochReport, TwoTowerModel) throws -> EpochDecision
  /// Called before each step; what it throws ends the training (cancellation).
  public var checkCancellation: () throws -> Void

  /// Makes an observer; by default it does nothing.
  public init(
    onStep: @escaping (StepReport) -> Void = { _ in },
    onEpoch: @escaping (EpochReport, TwoTowerModel) throws -> EpochDecision = { _, _ in .proceed },
    checkCancellation: @escaping () throws -> Void = {}
  ) {
    self.onStep = onStep
    self.onEpoch = onEpoch
    self.checkCancellation = checkCancellation
  }
}
