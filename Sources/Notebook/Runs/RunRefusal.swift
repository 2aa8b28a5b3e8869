/// What was asked of finished runs and cannot be done as it was asked; nothing was changed.
package struct RunRefusal: Error, Equatable, CustomStringConvertible {
  /// What was asked and why it cannot be, with what to ask instead.
  package var description: String
  /// Makes a refusal.
  package init(_ message: String) { description = message }
}
