import ClickFixtures
import Files
import Foundation
import Notebook
import Recipe
import Testing

@testable import Steps

/// What the steps give on one small log, pinned to their revisions: a step whose result changes must raise its own, or
/// what is cached would be taken for it.
@Suite("Results are pinned to revisions")
struct RevisionTests {
  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item, time: ts, keep: [device] }
      item_columns: { item: item, category: cat }
    split: { strategy: last_click, validation: second_last, min_item_clicks: 2 }
    encode: { max_seq_len: 6, max_samples_per_user: 4, context: [device] }
    model: { embedding_dim: 8, hidden_units: [16, 8], dropout: 0.1, context: true }
    train: { epochs: 3, batch_size: 32, learning_rate: 5e-3, validation: { k: 5 } }
    index:
    eval: { k: [5, 10], headline_k: 5, baselines: [popularity, item_cf], fuse: { popularity: 0.2 } }
    recall: { k: 5 }
    save:

    """

  /// Rows from a rule, so that nothing is drawn.
  private static func clicks() -> String {
    var text = "user,item,ts,device\n"
    for turn in 0..<8 {
      for user in 1...60 where turn < 3 + user % 6 {
        let item = (user % 4) * 10 + (user * 3 + turn * turn + turn) % 10
        text +=
          "\(user),i\(item),\(1_500_000_000 + turn * 400 + user),\(turn % 2 == 0 ? "phone" : "desktop")\n"
      }
    }
    return text
  }

  @Test("on one log every step gives what it gave when its revision was last raised")
  func pinned() throws {
    let files = try ClickFiles()
    _ = try files.write(Self.clicks(), "clicks.csv")
    _ = try files.write("item,cat\n" + (0..<45).map { "i\($0),\($0 / 10)\n" }.joined(), "items.csv")
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(environment: [:]).load(
      text: Self.recipe,
      name: "recipe",
      directory: files.directory.path,
      steps: planner.declarations
    )
    let plan = try planner.plan(document)
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    let summary = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    let cache = StepCache(folder: Runner.cacheFolder(options)) { _ in }
    var found: [String: String] = [:]
    for (cell, key) in zip(plan.cells, try plan.keys()) {
      let entry = try #require(cache.entry(key.compute))
      let given = Set(entry.metrics.map(\.name))
      #expect(given.isSubset(of: cell.step.metrics), "'\(cell.id)' gives what it does not declare")
      // An exact index leaves nobody short.
      #expect(
        given == Set(cell.step.metrics).subtracting(["short_users"]),
        "'\(cell.id)' declares what it does not give"
      )
      let artifact = entry.artifact.map { "\($0.digest)".prefix(12) } ?? "-"
      found[cell.id] = "\(type(of: cell.step).revision) \(artifact)"
    }
    // Whole numbers and text alone: the same bytes on every machine.
    for (cell, pin) in [
      "config": "7 037a3b5c7581", "split": "5 2d3eaacb6fd8", "encode": "5 0b1dfe751580",
      "model": "4 1571b820afbc",
    ] {
      #expect(
        found[cell] == pin,
        "the result of '\(cell)' changed: raise its revision, then pin what it gives"
      )
    }
    // Where numbers are rounded as a machine's instructions do it, to what a reader sees.
    let metrics = Dictionary(uniqueKeysWithValues: summary.metrics.map { ($0.name, $0.value ?? .nan) })
    // One user of 60 may change places by it.
    let (loss, user) = (0.002, 0.034)
    for (name, revision, value, tolerance) in [
      ("train.loss", 6, 4.2072, loss), ("train.validation_ndcg@5", 6, 0.042, user),
      ("index.items", 4, 45, 0), ("eval.hit_rate@5", 9, 0.0333, user),
      ("eval.popularity.hit_rate@10", 9, 0, 0), ("eval.item_cf.hit_rate@10", 9, 0.1667, user),
      ("eval.fused.hit_rate@5", 9, 0.1667, user), ("recall.candidates", 7, 300, 0),
    ] as [(String, Int, Double, Double)] {
      let step = plan.cells.first { name.hasPrefix($0.id + ".") }?.step
      #expect(step.map { type(of: $0).revision } == revision, "\(name): look at what it gives, then pin both")
      #expect(abs((metrics[name] ?? .nan) - value) <= tolerance, "\(name) is \(metrics[name] ?? .nan)")
    }
  }
}
