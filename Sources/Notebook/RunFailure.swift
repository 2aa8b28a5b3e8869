/// A step that could not do its work: what was expected, what came, and what to do.
package struct RunFailure: Error, Equatable, CustomStringConvertible {
  /// The message, one or more lines.
  package var description: String
  /// Makes a failure.
  package init(_ message: String) { description = message }
}
