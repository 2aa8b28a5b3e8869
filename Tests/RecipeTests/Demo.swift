import Notebook
import Recipe

/// Recipes of two steps, which together have a setting of every kind.
enum Demo {
  static let steps: [any Step.Type] = [DemoConfigStep.self, DemoTrainStep.self]

  static var declarations: [StepDeclaration] { Planner(steps: steps).declarations }

  /// Loads a recipe given as text, named `demo.yaml`.
  static func load(
    _ text: String,
    overrides: [String] = [],
    environment: [String: String] = [:],
    steps: [any Step.Type] = steps
  ) throws(RecipeErrors) -> RecipeDocument {
    let loader = RecipeLoader(
      environment: environment,
      overrides: overrides,
      currentDirectory: "/nowhere/at/all"
    )
    let declarations = Planner(steps: steps).declarations
    return try loader.load(text: text, name: "demo.yaml", directory: "/nowhere", steps: declarations)
  }

  /// The problems of a recipe as users see them, or `none`.
  static func problems(
    _ text: String,
    overrides: [String] = [],
    environment: [String: String] = [:],
    steps: [any Step.Type] = steps
  ) -> String {
    problems {
      let document = try load(text, overrides: overrides, environment: environment, steps: steps)
      return try Planner(steps: steps).plan(document)
    }
  }

  /// The errors of planning as users see them, or `none`.
  static func problems(of planning: () throws -> Plan) -> String {
    do {
      _ = try planning()
      return "none"
    } catch let errors as RecipeErrors {
      return errors.rendered(color: false)
    } catch {
      return "\(error)"
    }
  }

  /// The resolved settings of one cell.
  static func settings(of id: String, in document: RecipeDocument) -> Setting {
    for cell in document.cells where cell.header.id == id {
      guard let step = steps.first(where: { $0.name == cell.header.step }) else { continue }
      var fields = document.fields(for: cell)
      _ = step.init(&fields)
      return .section(fields.finish())
    }
    return .null
  }

  /// One setting of a recipe given as text: `setting("train.epochs", …)`.
  static func setting(
    _ path: String,
    _ text: String,
    overrides: [String] = [],
    environment: [String: String] = [:]
  ) throws -> Setting? {
    let document = try load(text, overrides: overrides, environment: environment)
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    return settings(of: parts[0], in: document)[parts[1]]
  }
}
