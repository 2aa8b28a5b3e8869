/// Why a training stopped.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss of a step was not a finite number.
  case lossNotFinite(epoch: Int, step: Int, loss: Double)
  /// Samples or options that cannot be trained with.
  case invalid(String)
  /// A checkpoint of another training.
  case stateDoesNotFit(String)

  /// The message.
  package var description: String {
    switch self {
    case .lossNotFinite(let epoch, let step, let loss):
      "the loss became \(loss.isNaN ? "not a number" : "\(loss)") in step \(step) of epoch \(epoch): try a smaller learning rate, gradient clipping "
        + "(clip_norm: 1), or a higher temperature"
    case .invalid(let message), .stateDoesNotFit(let message): message
    }
  }
}
