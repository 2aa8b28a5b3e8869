/// Why a model cannot be made, fed or filled.
package enum ModelError: Error, Equatable, CustomStringConvertible {
  /// A shape that no model can have.
  case shape(String)
  /// Inputs that do not fit the model.
  case input(String)
  /// Weights that do not fit the model.
  case weights(String)

  /// The message.
  package var description: String {
    switch self {
    case .shape(let message), .input(let message), .weights(let message): message
    }
  }
}
