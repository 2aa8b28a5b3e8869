import Files
import Notebook
import Recipe
import Steps

/// A recipe as it is run in a process of its own: its file, what is overridden, and the environment.
struct PreparedRecipe: Codable {
  /// The path of the recipe, as it was written.
  var path: String
  /// As on the command line: `eval.k=[20]`.
  var overrides: [String] = []
  /// The environment's variables by name. A process that is handed the recipe has them as its own: they are not
  /// written into its arguments, which others can see.
  var environment = ProcessEnvironment.variables

  private enum CodingKeys: CodingKey {
    case path, overrides
  }

  /// The checked recipe.
  /// - Throws: `RecipeErrors`.
  func plan() throws -> Plan {
    let loader = RecipeLoader(environment: environment, overrides: overrides)
    return try Planner(steps: StepList.all, rules: LintRules.all).plan(path: path, loader: loader)
  }

  /// The same recipe with more settings overridden.
  func overriding(_ words: [String]) -> PreparedRecipe {
    var changed = self
    changed.overrides += words
    return changed
  }
}

/// A recipe that was run, and the folder of its results with the cache in it.
struct FinishedRun: Codable {
  var recipe: PreparedRecipe
  var outputs: String
}
