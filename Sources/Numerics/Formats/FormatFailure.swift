/// A file whose content is not what its format says.
public struct FormatFailure: Error, Equatable, CustomStringConvertible {
  /// The path as the caller gave it.
  public let path: String
  /// What was expected and what came.
  public let problem: String

  /// For example `'a.npy' is damaged or of another kind: …`.
  public var description: String { "'\(path)' cannot be used: \(problem)" }
}
