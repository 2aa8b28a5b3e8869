import ArgumentParser
import Files
import Notebook
import Recipe
import Steps
import Sweep

/// The recipe and the overrides that several verbs take.
struct RecipeArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The recipe, then settings to override: train.epochs=5 'model.hidden_units=[64,32]'.",
      discussion:
        "The report of a run (report.md) is a recipe too. Without a recipe the built-in example is taken.",
      valueName: "recipe|setting=value"
    ),
    completion: .file(extensions: ["yaml", "yml", "md"])
  )
  var words: [String] = []

  /// The recipe's path, or nil for the built-in example.
  var path: String? { words.first.flatMap { Self.isOverride($0) ? nil : $0 } }

  /// The overrides, as they were typed.
  var overrides: [String] { Array(path == nil ? words[...] : words.dropFirst()) }

  /// `setting=value`, and no file of that name.
  private static func isOverride(_ word: String) -> Bool { word.contains("=") && !FilePaths.exists(word) }

  /// Loads and checks the recipe, and shows on standard error what it warns of.
  /// - Throws: `RecipeErrors` with every problem found.
  func plan() throws -> Plan {
    let plan = try checked()
    for warning in plan.warnings { StandardError.line(warning.rendered(color: StandardError.usesColor)) }
    return plan
  }

  private func checked() throws -> Plan {
    let plan = try Self.planned(path: path, overrides: overrides)
    // A sweep that cannot run is found with the recipe's own mistakes, whatever the verb.
    _ = try StudyDefinition.read(plan) { more in try Self.planned(path: path, overrides: overrides + more) }
    return plan
  }

  /// Loads and checks a recipe; without a path the built-in example.
  static func planned(path: String?, overrides: [String]) throws -> Plan {
    let loader = RecipeLoader(environment: ProcessEnvironment.variables, overrides: overrides)
    let planner = Planner(steps: StepList.all, rules: LintRules.all)
    if let path, path.hasSuffix(".md") {
      return try planner.plan(try loader.load(report: path, steps: planner.declarations))
    }
    if let path { return try planner.plan(path: path, loader: loader) }
    let document = try loader.load(
      text: BuiltInRecipe.quickstart,
      name: "quickstart",
      directory: FilePaths.current,
      steps: planner.declarations
    )
    return try planner.plan(document)
  }
}
