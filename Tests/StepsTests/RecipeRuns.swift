import ClickFixtures
import Notebook
import Recipe
import Report

@testable import Steps

/// A recipe whose data lie in a test's own folder, planned and run there.
struct RecipeRuns {
  let text: String
  let files: ClickFiles

  init(_ text: String, in files: ClickFiles) { (self.text, self.files) = (text, files) }

  func plan(_ overrides: [String] = []) throws -> Plan {
    let planner = Planner(steps: StepList.all)
    return try planner.plan(
      try RecipeLoader(environment: [:], overrides: overrides).load(
        text: text,
        name: "recipe",
        directory: files.directory.path,
        steps: planner.declarations
      )
    )
  }

  func summary(_ overrides: [String] = [], _ change: (inout RunOptions) -> Void = { _ in }) throws
    -> RunSummary
  {
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    change(&options)
    return try Runner(plan: try plan(overrides), options: options, progress: ProgressReporter(.quiet)).run()
  }

  /// The metrics of a run; those without a value are not numbers.
  func run(_ overrides: [String] = []) throws -> [String: Double] {
    Dictionary(uniqueKeysWithValues: try summary(overrides).metrics.map { ($0.name, $0.value ?? .nan) })
  }
}
