import Files
import Notebook
import Recipe
import Sweep

/// Looks for everything that is wrong with a recipe, as `towerbook check` does.
package struct RecipeCheck: Sendable {
  /// What was found.
  package struct Result: Sendable {
    /// The problems as `check` shows them.
    package var diagnostics: [Diagnostic]
    /// What the recipe says, as far as it can be understood; nil where it is no YAML.
    package var plan: Plan?
    /// Whether it could be run.
    package var isSound: Bool
  }

  /// The folder that relative paths stand against; absolute.
  package let root: String
  /// The folder that holds a folder of runs for each recipe; absolute.
  package let outputs: String
  let planner: Planner
  /// What the steps can be told.
  let declarations: [StepDeclaration]
  private let environment: [String: String]

  /// A check of recipes of `steps` by `rules`; `outputs` is relative to `root`.
  package init(
    steps: [any Step.Type],
    rules: [any LintRule.Type],
    root: String,
    outputs: String,
    environment: [String: String]
  ) {
    planner = Planner(steps: steps, rules: rules)
    declarations = planner.declarations
    self.root = root
    self.outputs = FilePaths.absolute(outputs, from: root)
    self.environment = environment
  }

  /// A path as messages show it: relative to the root where it is below.
  package func shown(_ path: String) -> String {
    path.hasPrefix(root == "/" ? "/" : root + "/") ? FilePaths.relative(path, to: root) : path
  }

  /// Where a setting stands in the recipe at `path`, by its full name; nil where it is not written there, or where the
  /// recipe cannot be read.
  func place(of setting: String, in path: String, unsaved: [String: [UInt8]]) -> Place? {
    var loader = RecipeLoader(environment: environment, overrides: [], currentDirectory: root)
    loader.unsaved = unsaved
    return (try? loader.load(path: path, steps: declarations))?.place(ofSetting: setting, orCell: false)
  }

  /// Checks the recipe at `path`, as users named it.
  /// - Parameters:
  ///   - overrides: settings of the command line.
  ///   - unsaved: texts in place of files: `RecipeLoader.unsaved`.
  package func check(_ path: String, overrides: [String] = [], unsaved: [String: [UInt8]]) -> Result {
    func load(_ overrides: [String]) throws -> RecipeDocument {
      var loader = RecipeLoader(environment: environment, overrides: overrides, currentDirectory: root)
      loader.outputs = outputs
      loader.unsaved = unsaved
      return try loader.load(path: path, steps: declarations)
    }
    var examined: Plan?
    do {
      let plan = planner.examine(try load(overrides))
      examined = plan
      let checked = try planner.checked(plan)
      _ = try StudyDefinition.read(checked, overrides: overrides) { planner.examine(try load($0)) }
      return Result(diagnostics: checked.warnings, plan: checked, isSound: true)
    } catch let errors as RecipeErrors {
      return Result(diagnostics: errors.diagnostics, plan: examined, isSound: false)
    } catch {
      let diagnostic = Diagnostic(severity: .error, message: "\(error)")
      return Result(diagnostics: [diagnostic], plan: examined, isSound: false)
    }
  }
}
