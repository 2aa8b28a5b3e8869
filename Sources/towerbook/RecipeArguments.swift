import ArgumentParser
import Files
import Notebook
import Recipe
import Report
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

  /// The words, with a report's own place where it was named by way of `latest`, which leads elsewhere after the run.
  var stableWords: [String] {
    guard let path, path.hasSuffix(".md") else { return words }
    let real = FilePaths.real(FilePaths.absolute(path))
    return [FilePaths.relative(real, to: FilePaths.real(FilePaths.current))] + overrides
  }

  /// The recipe in the report that is run again; nil where it is no report.
  var earlierReport: RecipeFence? {
    path.flatMap { $0.hasSuffix(".md") ? try? RecipeFence(reading: $0) : nil }
  }

  /// `setting=value`, and no file of that name.
  private static func isOverride(_ word: String) -> Bool { word.contains("=") && !FilePaths.exists(word) }

  /// Loads and checks the recipe, and shows on standard error what it warns of.
  /// - Parameter outputs: the folder of the runs that its settings may name.
  /// - Throws: `RecipeErrors` with every problem found.
  func plan(outputs: String) throws -> Plan {
    let plan = try checked(outputs: outputs)
    for warning in plan.warnings { StandardError.line(warning.rendered(color: StandardError.usesColor)) }
    return plan
  }

  /// Loads and checks the recipe, and its sweep where it has one.
  /// - Throws: `RecipeErrors` with every problem found.
  func checked(outputs: String) throws -> Plan {
    try Self.checked(path: path, overrides: overrides, outputs: outputs)
  }

  /// Loads and checks a recipe, and its sweep where it has one; without a path the built-in example.
  /// - Throws: `RecipeErrors` with every problem found.
  static func checked(path: String?, overrides: [String], outputs: String) throws -> Plan {
    let plan = try planned(path: path, overrides: overrides, outputs: outputs)
    // A sweep that cannot run is found with the recipe's own mistakes, whatever the verb.
    _ = try StudyDefinition.read(plan, overrides: overrides) {
      planner.examine(try loaded(path: path, overrides: $0, outputs: outputs))
    }
    return plan
  }

  /// Checks a recipe whose text is at hand, as if it stood at `path`.
  static func planned(text: String, path: String, outputs: String) throws -> Plan {
    var loader = RecipeLoader(environment: ProcessEnvironment.variables, overrides: [])
    loader.outputs = outputs
    let document = try loader.load(
      text: text,
      name: path,
      directory: FilePaths.parent(of: path),
      steps: planner.declarations
    )
    return try planner.plan(document)
  }

  /// Loads and checks a recipe; without a path the built-in example.
  static func planned(path: String?, overrides: [String], outputs: String) throws -> Plan {
    try planner.plan(try loaded(path: path, overrides: overrides, outputs: outputs))
  }

  private static var planner: Planner { Planner(steps: StepList.all, rules: LintRules.all) }

  /// Loads a recipe; without a path the built-in example.
  private static func loaded(path: String?, overrides: [String], outputs: String) throws -> RecipeDocument {
    var loader = RecipeLoader(environment: ProcessEnvironment.variables, overrides: overrides)
    loader.outputs = outputs
    let steps = planner.declarations
    if let path, path.hasSuffix(".md") { return try loader.load(report: path, steps: steps) }
    if let path, FilePaths.name(of: path) == ReportDocument.file {
      throw RecipeErrors(
        "'\(path)' is the record of a run; its recipe is in the 'recipe.yaml' and the report.md beside it"
      )
    }
    if let path { return try loader.load(path: path, steps: steps) }
    return try loader.load(
      text: BuiltInRecipe.quickstart,
      name: "quickstart",
      directory: FilePaths.current,
      steps: steps
    )
  }
}
