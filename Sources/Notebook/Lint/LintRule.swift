/// One thing a checked recipe is looked over for: what runs, but is likely not what was meant.
///
/// A rule sees the whole ``Plan``: every cell with its settings, defaults filled in, and which cell reads which. What
/// it finds is a warning; it never keeps a recipe from running.
package protocol LintRule: Sendable {
  /// The short name: `high_temperature`. Recipes allow a warning by it, so it stays as it is.
  static var name: String { get }
  /// One sentence for users: what is warned of.
  static var summary: String { get }

  /// What it finds.
  static func findings(in plan: Plan) -> [LintFinding]
}

/// Something that a rule found.
package struct LintFinding: Equatable {
  /// The position of the cell in the plan; that cell can allow it.
  package var cell: Int
  /// The setting it is about, as a dotted path inside the cell; the cell itself where that is not written.
  package var key: String
  /// What is wrong, and what to do.
  package var message: String

  /// Makes a finding.
  package init(cell: Int, key: String, _ message: String) {
    self.cell = cell
    self.key = key
    self.message = message
  }
}
