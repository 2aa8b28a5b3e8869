import ClickFixtures
import Files
import Foundation
import Notebook
import Recipe
import Testing

@testable import Steps

@Suite("Recipes that write samples for a ranking model")
struct SampleRecipeTests {
  private let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config: { data: { synthetic: { users: 300, items: 150, clicks: 5000, interests: 6 } } }
    split: { validation: second_last }
    encode: { max_seq_len: 8 }
    model: { embedding_dim: 8, hidden_units: [16, 8], user_id: false, dropout: 0.0 }
    train: { batch_size: 128, epochs: 2, learning_rate: 1e-2 }
    index:
    eval: { k: [10], headline_k: 10, bootstrap: { samples: 0 }, fuse: { depth: 30 } }
    recall: { k: 10, samples: { file: samples.csv } }

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

  private func run(_ overrides: [String], recipe: String = recipe, threads: Int = 1) throws -> RunSummary {
    var options = RunOptions()
    options.outputRoot = files.path("outputs \(threads)")
    options.artifacts = StepList.artifacts
    options.threads = threads
    return try Runner(
      plan: try plan(overrides, recipe: recipe),
      options: options,
      progress: ProgressReporter(.quiet)
    ).run()
  }

  private func text(_ run: RunSummary, _ name: String) throws -> String {
    try MappedFile.readText(FilePaths.join(run.directory, name))
  }

  /// The rows of a CSV file without quotes, by column.
  private func table(_ run: RunSummary, _ name: String) throws -> [[String: String]] {
    let lines = try text(run, name).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private static let fused = ["recall.fuse={depth: 30}"]

  @Test("the candidates of the test's requests are those that the cell writes", arguments: [[], fused])
  func candidates(overrides: [String]) throws {
    let run = try run(overrides + ["recall.samples.requests=test", "recall.samples.negatives=2"])
    let columns = ["user_id", "article_id", "recall_score", "recall_rank"]
    func rows(_ table: [[String: String]]) -> [[String]] {
      table.map { row in columns.map { row[$0] ?? "?" } }
    }
    let samples = try table(run, "samples.csv")
    #expect(samples.count > 3000)
    let expected = rows(try table(run, "recall_candidates.csv"))
    #expect(rows(samples.filter { $0["sample"] == "candidate" }) == expected)
    #expect(try text(run, "report.md").contains("held out for the TEST"))
  }

  @Test("how much scores know of what came after a request is told, by hand")
  func laterClicks() throws {
    func report(_ clicks: [(user: String, time: Int)]) throws -> String {
      let rows = clicks.enumerated().map {
        "\($0.element.user),\($0.offset),\(1_500_000_000 + $0.element.time)\n"
      }
      _ = try files.write("user,item,ts\n" + rows.joined())
      let recipe = """
        config: { data: { path: ., clicks: clicks.csv }, columns: { user: user, item: item, time: ts } }
        split: { validation: second_last }
        encode: { max_seq_len: 8 }
        model: { embedding_dim: 4, hidden_units: [4], user_id: false }
        train: { batch_size: 2, epochs: 1 }
        index:
        recall: { k: 3, samples: { file: samples.csv, sources: [item_cf, recent_popularity] } }

        """
      return try text(try run([], recipe: recipe), "report.md")
    }
    // Of each user the last click is tested on, and the one before is asked for. When a is asked, at 3, both clicks of b that
    // are learned from are yet to come; when b is, at 6, none is.
    let a = [1, 2, 3, 10].map { (user: "a", time: $0) }
    let some = try report(a + [4, 5, 6, 7].map { (user: "b", time: $0) })
    #expect(
      some.contains(
        "learned from none of them. But scores and ranks of the model and `item_cf` know clicks of others that came after the "
          + "request: 50 % of those that they learned from, on average (for 1 of 2 requests there are some)."
      )
    )
    // Both are asked after all that is learned from.
    let none = try report(a + [1, 2, 4, 5].map { (user: "b", time: $0) })
    #expect(
      none.contains(
        "the model and the other sources learned from what came before these and from none of them."
      )
    )
    #expect(!none.contains("But scores and ranks"))
  }

  @Test("as many requests have a hit as eval finds of the validation clicks", arguments: [[], fused])
  func hits(overrides: [String]) throws {
    let run = try run(overrides)
    let values = Dictionary(uniqueKeysWithValues: run.metrics.map { ($0.name, $0.value ?? .nan) })
    let name = "eval.validation.\(overrides.isEmpty ? "" : "fused.")hit_rate@10"
    let expected = try #require(values[name])
    let share = try #require(values["recall.sample_hit_rate"])
    #expect(expected > 0 && abs(share - expected) < 1e-12)
    let report = try text(run, "report.md")
    #expect(
      report.contains(
        "the model and the other sources learned from none of them. But scores and ranks of the model"
      )
    )
    // Nothing of the test is in the file: its requests see one click more.
    let table = try table(run, "samples.csv")
    #expect(Set(table.map { $0["request"] }).count == 300)
    let (tower, rank) = (table.map { $0["two_tower_score"] }, table.map { $0["two_tower_rank"] })
    if overrides.isEmpty {
      #expect(tower == table.map { $0["recall_score"] } && rank == table.map { $0["recall_rank"] })
    }
  }

  @Test("samples do not depend on the number of threads; negatives do on the seed, and are open items")
  func negatives() throws {
    let settings =
      Self.fused + [
        "recall.samples.negatives=4", "recall.samples.features=[item_clicks, item_recent_clicks]",
      ]
    let first = try run(settings)
    let written = try text(first, "samples.csv")
    #expect(try text(run(settings, threads: 3), "samples.csv") == written)
    #expect(try text(run(settings + ["recall.samples.seed=1"]), "samples.csv") != written)
    var listed: [String: Set<String>] = [:]
    for row in try table(first, "samples.csv") {
      let (request, item) = (try #require(row["request"]), try #require(row["article_id"]))
      #expect(listed[request, default: []].insert(item).inserted, "an item stands twice")
      if row["sample"] == "negative" {
        #expect(
          row["label"] == "0" && row["recall_rank"]?.isEmpty == true
            && row["two_tower_score"]?.isEmpty == false
        )
        #expect(row["item_clicks"].flatMap { Double($0) } != nil)
      }
    }
    #expect(listed.values.allSatisfy { $0.count == 14 })
  }

  @Test(
    "what cannot be is an error before anything runs",
    arguments: [
      (
        ["recall.samples.file=a.npy"],
        "expected a name that ends in one of .parquet, .csv, .csv.gz, .csv.zst, .svm, got 'a.npy'"
      ),
      (["split.validation=none"], "the split holds no clicks out for validation"),
      (["recall.samples.items=[colour]"], "'config' does not keep the item column 'colour'"),
      (["recall.samples.users=[age]"], "'config' does not keep the user column 'age'"),
      (["recall.samples.negatives=-1"], "expected an integer from 0 to 10000"),
      (["recall.samples.file=recall_candidates.csv"], "is in the way of"),
    ]
  )
  func errors(overrides: [String], message: String) throws {
    let error = #expect(throws: (any Error).self) {
      let plan = try plan(overrides)
      var options = RunOptions()
      options.outputRoot = files.path("outputs")
      _ = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    }
    #expect("\(try #require(error))".contains(message))
  }

  @Test("categories are refused where no item table says them, and the report shows none")
  func noCategories() throws {
    let clicks = (0..<60).map { "\($0 / 6),\($0 * 7 % 10),\($0)\n" }.joined()
    _ = try files.write("user,item,ts\n" + clicks, "clicks.csv")
    _ = try files.write("id,kind\n" + (0..<10).map { "\($0),\($0 % 3)\n" }.joined(), "items.csv")
    let recipe = Self.recipe.replacing(
      "{ synthetic: { users: 300, items: 150, clicks: 5000, interests: 6 } }",
      with: "{ path: ., clicks: clicks.csv }, columns: { user: user, item: item, time: ts }"
    )
    let table = ["config.data.items=items.csv", "config.item_columns.item=id"]
    let whole = table + ["config.item_columns.category=kind"]
    let words = "'config' reads no item table with a category; set data.items and item_columns.category there"
    for (setting, message) in [
      ("items=[category]", words),
      (
        "features=[same_category_as_last_click]",
        "'same_category_as_last_click' needs categories of items; \(words)"
      ), ("features=[category_share]", "'category_share' needs categories of items; \(words)"),
    ] {
      let samples = ["recall.samples.\(setting)"]
      for overrides in [samples, table + samples] {
        let error = #expect(throws: RecipeErrors.self) { _ = try plan(overrides, recipe: recipe) }
        #expect("\(try #require(error))".contains("error: \(message)"))
      }
      _ = try plan(whole + samples, recipe: recipe)
    }
    let data = String(recipe.split(separator: "\n")[0]) + "\n"
    #expect(!(try text(try run([], recipe: data), "report.md")).contains(" category |"))
    #expect(!(try text(try run(table, recipe: data), "report.md")).contains(" category |"))
    #expect(try text(try run(whole, recipe: data), "report.md").contains(" category |"))
  }

  /// The Python that has LightGBM: `TOWERBOOK_PYTHON`, else `python3`; nil where neither does.
  private static let python = [ProcessInfo.processInfo.environment["TOWERBOOK_PYTHON"], "python3"]
    .compactMap { $0 }
    .first { program in (try? execute([program, "-c", "import lightgbm, pandas, pyarrow"]))?.status == 0 }

  private static func execute(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test(
    "LightGBM learns of them to rank better than they were retrieved, from each form the same",
    .enabled(if: python != nil, "python3 with lightgbm, pandas and pyarrow is not there")
  )
  func lightGBM() throws {
    let recipe = """
      config: { data: { synthetic: { users: 1500, items: 400, clicks: 30000, interests: 12 } } }
      split: { validation: second_last }
      encode: { max_seq_len: 20 }
      model: { user_id: false, dropout: 0.0, hidden_units: [32, 16], embedding_dim: 16 }
      train: { learning_rate: 5e-3, batch_size: 512, epochs: 3 }
      index:
      recall:
        k: 50
        samples:
          sources: [item_cf, recent_popularity]
          features: [item_clicks, item_recent_clicks, item_hours_since_click, similarity_to_last_click, similarity_to_history]

      """
    var outputs: [String] = []
    for name in ["samples.parquet", "samples.csv.gz", "samples.svm"] {
      let run = try run(["recall.samples.file=\(name)"], recipe: recipe, threads: 2)
      let script = FilePaths.join(FilePaths.parent(of: #filePath), "rank_samples.py")
      let check = try Self.execute([try #require(Self.python), script, FilePaths.join(run.directory, name)])
      #expect(check.status == 0, "\(check.output)")
      outputs.append(check.output)
    }
    #expect(Set(outputs).count == 1, "\(outputs)")
  }
}
