/// A path of a recipe: as it was written, and where it leads.
package struct ResolvedPath: Sendable, Hashable {
  /// The path as written, for messages and reports.
  package var shown: String
  /// The path from the root, `.` and `..` taken out, links not followed.
  package var absolute: String

  /// A path and where it leads.
  package init(shown: String, absolute: String) {
    self.shown = shown
    self.absolute = absolute
  }
}
