/// A file whose content is not what its format says.
package struct FormatFailure: Error, Equatable, CustomStringConvertible {
  /// The path as the caller gave it.
  package let path: String
  /// What was expected and what came.
  package let problem: String

  /// For example `'a.npy' is damaged or of another kind: …`.
  package var description: String { "'\(path)' cannot be used: \(problem)" }

  /// Puts a failure together.
  package init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }
}
