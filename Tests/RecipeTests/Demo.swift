import Recipe

/// Two steps with a setting of every kind.
enum Demo {
  enum Strategy: String, CaseIterable, Sendable { case lastClick = "last_click", time, ratio }

  static let steps = [
    StepDeclaration(name: "config", summary: "Sets the scene.") { config(&$0) },
    StepDeclaration(name: "train", summary: "Trains.") { train(&$0) },
  ]

  static func config(_ fields: inout Fields) {
    _ = fields.int("seed", default: 42, in: 0...1_000_000, "The seed.")
    fields.section("data", "The clicks.") { fields in
      _ = fields.path("dir", default: "data", defaultEnvironment: "DEMO_DATA", "Where they are.")
      _ = fields.optionalSection("synthetic", "Made-up clicks.") { fields in
        _ = fields.int("users", default: 100, in: 1...1000, "How many users.")
      }
    }
  }

  static func train(_ fields: inout Fields) {
    _ = fields.int("epochs", default: 3, in: 1...10_000, "Passes over the samples.")
    _ = fields.int("seed", defaultFrom: "config.seed", in: 0...1_000_000, "The seed.")
    _ = fields.optionalInt("sample", in: 1...Int.max, "How many samples.")
    _ = fields.double("learning_rate", default: 0.001, in: .above(0), "The step size.")
    _ = fields.optionalDouble("clip", in: .above(0), role: .use, "The gradient's greatest norm.")
    _ = fields.bool("shuffle", default: true, role: .presentation, "Whether samples are shuffled.")
    _ = fields.string("name", default: "tower", "The model's name.")
    _ = fields.optionalString("tag", "A tag.")
    _ = fields.choice("strategy", default: Strategy.lastClick, "How to split.")
    _ = fields.ints("hidden_units", default: [64, 32], in: 1...4096, count: 1...4, "Layer widths.")
    _ = fields.columnNames("features", default: [.name("os"), .number(2)], "Columns.")
    _ = fields.scalarMap("search", "Index settings.")
  }

  /// Loads a recipe given as text, named `demo.yaml`.
  static func load(
    _ text: String,
    overrides: [String] = [],
    environment: [String: String] = [:]
  ) throws(RecipeErrors) -> RecipeDocument {
    let loader = RecipeLoader(
      environment: environment,
      overrides: overrides,
      currentDirectory: "/nowhere/at/all"
    )
    return try loader.load(text: text, name: "demo.yaml", directory: "/nowhere", steps: steps)
  }

  /// The problems of a recipe as users see them, or `none`.
  static func problems(
    _ text: String,
    overrides: [String] = [],
    environment: [String: String] = [:]
  ) -> String {
    do throws(RecipeErrors) {
      _ = try load(text, overrides: overrides, environment: environment)
      return "none"
    } catch {
      return error.rendered(color: false)
    }
  }

  /// The resolved settings of one cell.
  static func settings(of id: String, in document: RecipeDocument) -> Setting {
    for cell in document.cells where cell.header.id == id {
      var fields = document.fields(for: cell)
      if cell.header.step == "config" { config(&fields) } else { train(&fields) }
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
