/// What happens after an epoch.
package enum EpochDecision: Sendable {
  /// The next one.
  case proceed
  /// The training ends here.
  case stop
}

/// Who listens to a trainer, and may end it.
package struct TrainingObserver {
  /// Called after each step.
  package var onStep: (StepReport) -> Void
  /// Called after each epoch with the model as it is then; may measure it, save it (`Trainer.state`), and decides
  /// whether to go on.
  package var onEpoch: (EpochReport, TwoTowerModel) throws -> EpochDecision
  /// Called before each step; what it throws ends the training (cancellation).
  package var checkCancellation: () throws -> Void

  /// Makes an observer; by default it does nothing.
  package init(
    onStep: @escaping (StepReport) -> Void = { _ in },
    onEpoch: @escaping (EpochReport, TwoTowerModel) throws -> EpochDecision = { _, _ in .proceed },
    checkCancellation: @escaping () throws -> Void = {}
  ) {
    self.onStep = onStep
    self.onEpoch = onEpoch
    self.checkCancellation = checkCancellation
  }
}
