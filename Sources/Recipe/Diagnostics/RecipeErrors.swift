/// Everything that is wrong with a recipe, thrown at once.
package struct RecipeErrors: Error, Equatable {
  /// The problems, sorted by file, line and column; what has no place comes first.
  package var diagnostics: [Diagnostic]

  /// The problems given, as they are.
  package init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// One problem without a place.
  package init(_ message: String) { self.init(diagnostics: [Diagnostic(severity: .error, message: message)]) }

  /// All problems, one after another, each as `Diagnostic.rendered` shows it; no newline at the end.
  package func rendered(color: Bool = false) -> String {
    diagnostics.map { $0.rendered(color: color) }.joined(separator: "\n")
  }
}

extension RecipeErrors: CustomStringConvertible {
  /// The problems without colours.
  package var description: String { rendered(color: false) }
}
