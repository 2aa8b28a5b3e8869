import Notebook
import Recipe
import Report
import Testing

@testable import Sweep

/// A step that learns something, and tells an error on the way.
struct FitStep: Step {
  static let name = "fit"
  static let summary = "Fits."
  static let revision = 4
  static let repeatedSeed: String? = "draws"
  let rounds: Int
  let tellsUsers: Bool
  let rises: Bool

  init(_ fields: inout Fields) {
    rounds = fields.int("rounds", default: 9, in: 1...100, "How many rounds.")
    _ = fields.double("rate", default: 0.5, in: .above(0), "How fast.")
    _ = fields.int("draws", default: 7, in: 0...Int.max, "The seed.")
    tellsUsers = fields.bool("tells_users", default: true, role: .presentation, "Whether users are told.")
    rises = fields.bool("rises", default: false, role: .presentation, "Whether more is better.")
    _ = fields.string("remark", default: "", role: .presentation, "What is shown.")
  }

  var progressMetric: ProgressMetric? {
    ProgressMetric("held_error", isLargerBetter: rises, length: rounds, hasUnits: tellsUsers)
  }
  var metrics: [String] { ["held_error", "error"] }
  func testTwin(of metric: String) -> String? { metric == "held_error" ? "error" : nil }
  func isOnTest(_ metric: String) -> Bool { metric == "error" }
  func run(in context: RunContext) throws -> [Block] { [] }
}

extension FitStep {
  /// The study of a recipe of such steps.
  static func definition(_ recipe: String, overrides: [String] = []) throws -> StudyDefinition {
    let plan = try plan(recipe, overrides: overrides)
    return try #require(try StudyDefinition.read(plan, examine: nil))
  }

  /// The plan of a recipe of such steps.
  static func plan(_ recipe: String, overrides: [String] = []) throws -> Plan {
    let planner = Planner(steps: [FitStep.self])
    let document = try RecipeLoader(environment: [:], overrides: overrides).load(
      text: recipe,
      name: "study.yaml",
      directory: "/",
      steps: planner.declarations
    )
    return try planner.plan(document)
  }
}
