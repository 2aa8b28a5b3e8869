import Notebook
import Numerics
import Report

/// The training that follows validation: of a model that begins anew, on all clicks before the test, for as many epochs as
/// validation chose; learning rates are those of the same steps as before.
struct RefitTraining {
  /// A trainer at its beginning.
  let trainer: Trainer
  /// How many epochs it trains, 1 or more.
  let epochs: Int
  let context: RunContext

  /// Trains them.
  /// - Throws: what `Trainer.run` and `Trainer.checkWeights` throw.
  func train() throws {
    let (context, epochs) = (context, epochs)
    context.progress.line("      learning anew, from the validation clicks too")
    var observer = TrainingObserver(checkCancellation: { try context.checkCancellation() })
    observer.onStep = { report in
      context.progress.update(
        done: (report.epoch - 1) * report.stepsInEpoch + report.step,
        total: report.stepsInEpoch * epochs,
        detail: "again, epoch \(report.epoch), loss \(NumberFormat.fixed(report.meanLoss, digits: 4))"
      )
    }
    observer.onEpoch = { report, _ in report.epoch < epochs ? .proceed : .stop }
    try trainer.run(observer)
    try trainer.checkWeights()
  }

  /// What the report says of it.
  /// - Parameter samples: how many there are.
  func block(_ samples: Int) -> Block {
    let loss = trainer.reports.last.map { NumberFormat.fixed($0.meanLoss, digits: 4) } ?? "–"
    return .prose(
      "The model that is tested learned anew from all clicks before the test, those held out for validation among them "
        + "(`refit`): \(NumberFormat.grouped(samples)) samples, \(epochs == 1 ? "one epoch" : "\(epochs) epochs"), loss \(loss). "
        + "What is measured on validation above is of the model before."
    )
  }
}
