import ClickFixtures
import Files
import Foundation
import Notebook
import Recall
import Recipe
import Testing

@testable import Steps

@Suite("Recipes that choose their index")
struct IndexChoiceRecipeTests {
  private let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config: { data: { synthetic: { users: 400, items: 300, clicks: 6000, interests: 6 } } }
    split: { validation: second_last }
    encode: { max_seq_len: 6 }
    model: { embedding_dim: 8, hidden_units: [16, 8], user_id: false, dropout: 0.0 }
    train: { batch_size: 128, epochs: 2, learning_rate: 1e-2 }
    index:
    eval: { k: [20], headline_k: 20, bootstrap: { samples: 0 } }
    recall: { k: 20 }
    save:

    """

  private func plan(_ overrides: [String], recipe: String = recipe) throws -> Plan {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(
      environment: [:],
      overrides: overrides,
      currentDirectory: files.directory.path
    ).load(text: recipe, name: "recipe", directory: files.directory.path, steps: planner.declarations)
    return try planner.plan(document)
  }

  private func run(_ plan: Plan) throws -> RunSummary {
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    return try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
  }

  private func text(_ run: RunSummary, _ name: String) throws -> String {
    try MappedFile.readText(FilePaths.join(run.directory, name))
  }

  private static let auto = ["index.type=auto", "index.recall=0.9", "index.at=20"]

  @Test(
    "what is chosen is searched as its lines by hand say, by all that read it, and a saved model says them",
    arguments: [
      ["index.types=[HNSW8]"], ["index.types=['IVF8,Flat']"], ["index.types=[PQ4x4]"], ["index.types=[Flat]"],
      [],
    ]
  )
  func byHand(types: [String]) throws {
    let chosen = try run(try plan(Self.auto + types))
    let report = try text(chosen, "report.md")
    let lines = try #require(report.components(separatedBy: "```yaml\nindex:\n").dropFirst().first)
    let block = "index:\n" + (lines.components(separatedBy: "```").first ?? "")
    let written = try run(try plan([], recipe: Self.recipe.replacing("index:\n", with: block)))
    #expect(try text(chosen, "recall_candidates.csv") == text(written, "recall_candidates.csv"), "\(block)")
    #expect(try text(chosen, "model/metrics.json") == text(written, "model/metrics.json"))
    func manifest(_ run: RunSummary) throws -> String {
      // The recipes differ.
      try text(run, "model/manifest.json").replacing(/"recipe.yaml" : \{[^}]*\}/, with: "")
    }
    #expect(try manifest(chosen) == manifest(written))
    let values = Dictionary(uniqueKeysWithValues: chosen.metrics.map { ($0.name, $0.value ?? .nan) })
    #expect(try #require(values["index.recall_low@20"]) >= 0.9)
    #expect(try #require(values["index.recall@20"]) >= #require(values["index.recall_low@20"]))
    #expect(
      values["index.query_ms"].map { $0 > 0 } == true && values["index.megabytes"].map { $0 > 0 } == true
    )
    #expect(values["index.hit_rate@20"] != nil && values["index.exact_hit_rate@20"] != nil)
    #expect(report.contains("before the clicks that are held out for validation"))
    #expect(report.contains("![") && report.contains("The frontier"))
  }

  @Test("the hit rate of the exact lists is that of eval on the validation clicks")
  func hitRate() throws {
    let plan = try plan(Self.auto + ["index.types=[Flat]", "eval.validation=true"])
    let values = Dictionary(uniqueKeysWithValues: try run(plan).metrics.map { ($0.name, $0.value ?? .nan) })
    let expected = try #require(values["eval.validation.hit_rate@20"])
    #expect(abs(try #require(values["index.exact_hit_rate@20"]) - expected) < 1e-12)
  }

  @Test("what was chosen is kept: it is written to a bundle and read as it was")
  func kept() throws {
    let plan = try plan(Self.auto + ["index.types=[PQ4x4]"])
    _ = try run(plan)
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    let cache = StepCache(folder: Runner.cacheFolder(options)) { Issue.record("\($0)") }
    let position = try #require(plan.position(of: "index"))
    let bundle = try #require(cache.artifact(try plan.keys()[position].compute))
    let artifact = try IndexArtifact(bundle: bundle)
    #expect(artifact.factory == "PQ4x4" && artifact.chosen?.factory == "PQ4x4")
    #expect(try IndexArtifact(bundle: bundle).bundle().ints("chosen") == bundle.ints("chosen"))
    let settings = artifact.settings(nil)
    #expect(settings.rerank == artifact.chosen?.rerank && settings.efSearch == SearchSettings().efSearch)
  }

  @Test("without validation clicks the last ones that were learned from are asked before, and that is said")
  func withoutValidation() throws {
    let report = try text(try run(try plan(Self.auto + ["split.validation=none"])), "report.md")
    #expect(report.contains("400 requests, before the last click that the model learned from"))
  }

  @Test("where nothing holds the run fails, and says the best there is and what to change")
  func nothing() throws {
    let plan = try plan(Self.auto + ["index.budget.milliseconds=1e-6"])
    let failure = #expect(throws: (any Error).self) { try run(plan) }
    let message = "\(try #require(failure))"
    #expect(
      message.contains("no index was found to hold a recall of 0.9 at 20 within 1e-06 ms"),
      "\(message)"
    )
    #expect(message.contains("\n  budget.milliseconds to "), "\(message)")
    #expect(
      message.contains("ms, for Flat: recall 1.0000") || message.contains("or more, for "),
      "\(message)"
    )
  }

  @Test(
    "what cannot be is an error before anything runs",
    arguments: [
      (["index.recall=1"], "expected a finite number above 0 and below 1 for 'recall' in 'index', got 1"),
      (["index.at=0"], "expected an integer from 1 to 10000 for 'at' in 'index', got 0"),
      (["index.budget.megabytes=0"], "for 'megabytes' in 'index.budget', got 0"),
    ]
  )
  func errors(overrides: [String], message: String) throws {
    let error = #expect(throws: RecipeErrors.self) { try plan(Self.auto + overrides) }
    #expect("\(try #require(error))".contains(message))
  }
}
