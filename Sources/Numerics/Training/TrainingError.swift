/// Why a training stopped.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss of a step was not a finite number: of the batch `batch` of `epoch`, the step `step` of the training, all from 1.
  case lossNotFinite(epoch: Int, batch: Int, step: Int, loss: Double)
  /// A weight was no finite number at the end of `epoch`, from 1, after the step `step` of the training; every loss was.
  case weightNotFinite(epoch: Int, step: Int, name: String, row: Int, value: Float)
  /// Samples or options that cannot be trained with.
  case invalid(String)
  /// A checkpoint of another training.
  case stateDoesNotFit(String)

  /// The message.
  package var description: String {
    switch self {
    case .lossNotFinite(let epoch, let batch, let step, let loss):
      "the loss became \(Self.shown(loss)) in batch \(batch) of epoch \(epoch), step \(step) of the training: \(Self.advice)"
    case .weightNotFinite(let epoch, let step, let name, let row, let value):
      "a weight became \(Self.shown(Double(value))) in epoch \(epoch), by step \(step) of the training, in row \(row + 1) of '\(name)'; "
        + "no loss was of it yet: \(Self.advice)"
    case .invalid(let message), .stateDoesNotFit(let message): message
    }
  }

  private static let advice =
    "try a smaller learning rate, gradient clipping (clip_norm: 1), or a higher temperature"

  private static func shown(_ value: Double) -> String { value.isNaN ? "not a number" : "\(value)" }
}
