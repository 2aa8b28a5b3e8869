import Notebook
import Recipe
import Report

/// A step with a setting of every kind of section.
struct DemoConfigStep: Step {
  static let name = "config"
  static let summary = "Sets the scene."
  static let revision = 1

  init(_ fields: inout Fields) {
    _ = fields.int("seed", default: 42, in: 0...1_000_000, "The seed.")
    fields.section("data", "The clicks.") { fields in
      _ = fields.path("dir", default: "data", defaultEnvironment: "DEMO_DATA", "Where they are.")
      _ = fields.optionalSection("synthetic", "Made-up clicks.") { fields in
        _ = fields.int("users", default: 100, in: 1...1000, "How many users.")
      }
    }
  }

  func run(in context: RunContext) throws -> [Block] { [] }
}

/// A step with a setting of every kind of value.
struct DemoTrainStep: Step {
  enum Strategy: String, CaseIterable, Sendable { case lastClick = "last_click", time, ratio }

  static let name = "train"
  static let summary = "Trains."
  static let revision = 1

  init(_ fields: inout Fields) {
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

  func run(in context: RunContext) throws -> [Block] { [] }
}
