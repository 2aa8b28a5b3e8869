/// A step that could not do its work: what was expected, what came, and what to do.
public struct RunFailure: Error, Equatable, CustomStringConvertible {
  /// The message, one or more lines.
  public var description: String
  /// Makes a failure.
  public init(_ message: String) { description = message }
}
