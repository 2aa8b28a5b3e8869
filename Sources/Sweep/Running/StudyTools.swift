import Notebook

/// What a study is handed by who runs it: how recipes are planned and run. It knows no step itself.
package struct StudyTools {
  /// Plans a recipe (a path, or nil for the built-in one) with overrides.
  package var plan: (_ recipe: String?, _ overrides: [String]) throws -> Plan
  /// Options with the places of outputs and cache, versions, and artifacts.
  package var options: RunOptions
  /// The path of this program.
  package var executable: String
  /// The variables of the environment that settings fall back on, which trials on other machines are given.
  package var variables: [String] = []

  /// Makes tools.
  package init(
    plan: @escaping (_ recipe: String?, _ overrides: [String]) throws -> Plan,
    options: RunOptions,
    executable: String
  ) {
    self.plan = plan
    self.options = options
    self.executable = executable
  }
}
