import ClickFixtures
import Memory
import Files
import Foundation
import Notebook
import Numerics
import Recipe
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

/// Recipes on small logs whose clicks follow from a column of the item table, and whose held-out clicks are all on
/// items that nobody clicked in training.
@Suite("Items without clicks are found by their features")
struct ItemFeatureRecipeTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item, time: ts, time_unit: s }
      item_columns: { item: item, numbers: [words, made], keep: [section] }
    split: { strategy: last_click }
    encode: { max_seq_len: 5, item_vocabulary: clicked }
    model:
      embedding_dim: 16
      user_id: false
      category: false
      query_tower: identity
      item_tower: identity
      temperature: 0.1
    train:
      loss: sampled_softmax
      pool_size: 32
      batch_size: 32
      mask_history: true
      epochs: 8
      learning_rate: 2e-2
    index:
    eval: { k: 10, baselines: [] }
    save:

    """

  private func plan(_ overrides: [String]) throws -> Plan {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(environment: [:], overrides: overrides).load(
      text: Self.recipe,
      name: "recipe",
      directory: files.directory.path,
      steps: planner.declarations
    )
    return try planner.plan(document)
  }

  private func run(_ overrides: [String], threads: Int = 1) throws -> RunSummary {
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    options.threads = threads
    return try Runner(plan: try plan(overrides), options: options, progress: ProgressReporter(.quiet)).run()
  }

  private func hitRate(_ overrides: [String]) throws -> Double {
    try #require(try run(overrides).metrics.first { $0.name == "eval.hit_rate@10" }?.value)
  }

  /// 160 users, each with five clicks on the ten old items of their section, then one on one of its five new items.
  /// Words tell the section too.
  private func writeSections() throws {
    var (items, clicks) = ("item,section,words,made\n", "user,item,ts\n")
    for item in 0..<60 {
      let section = item % 4
      items += "\(item),section \(section),\(section * 1000 + item),\n"
    }
    for turn in 0..<6 {
      for user in 0..<160 {
        let place = turn < 5 ? (user * 7 + turn * 3) % 10 : 10 + (user / 4) % 5
        clicks += "\(user),\(place * 4 + user % 4),\(1_500_000_000 + turn * 1000 + user)\n"
      }
    }
    _ = try files.write(items, "items.csv")
    _ = try files.write(clicks, "clicks.csv")
  }

  @Test("by a category and by a number; without them hardly")
  func sections() throws {
    try writeSections()
    let without = try hitRate([])
    // Five unseen old items and the five new ones of the section are ten; chance among the new ones is a quarter.
    #expect(without < 0.4, "\(without)")
    for overrides in [
      ["encode.item_categories=section"], ["encode.item_numbers=words", "encode.item_number_buckets=4"],
      ["encode.item_categories=section", "model.item_tower=residual_mlp", "model.hidden_units=[16]"],
    ] {
      let with = try hitRate(overrides)
      #expect(with > 0.9, "\(overrides): \(with)")
    }
    let off = try hitRate(["encode.item_categories=section", "model.item_categories=false"])
    #expect(off == without)
  }

  /// Ten days of six new items each: users click items of the day on four days in ten, and nobody clicks the last
  /// day's in training.
  private func writeDays() throws {
    var generator = NumpyGenerator(seed: 1)
    var (items, clicks) = ("item,section,words,made\n", "user,item,ts\n")
    for item in 0..<60 { items += "\(item),,,\((1_500_000_000 + item / 6 * 86_400) * 1000)\n" }
    for day in 0..<10 {
      for user in 0..<400 where day == 9 || generator.random() < 0.4 {
        let time = 1_500_000_000 + day * 86_400 + 3_600 + user * 150
        clicks += "\(user),\(day * 6 + generator.integers(0, 6)),\(time)\n"
      }
    }
    _ = try files.write(items, "items.csv")
    _ = try files.write(clicks, "clicks.csv")
  }

  @Test("by their age, at the moment the index is built for")
  func ages() throws {
    try writeDays()
    // All 54 items of training are candidates, so that most are of any age.
    let training = ["train.pool_size=54", "train.batch_size=16", "train.epochs=1"]
    let without = try hitRate(training)
    let age = training + ["encode.item_age={column: made, unit: ms, max_days: 10}"]
    let noon = 1_500_000_000 + 9 * 86_400 + 43_200
    let with = try hitRate(age + ["index.ages_at=\(noon)"])
    #expect(without < 0.2 && with > 0.8, "\(without), \(with)")
    // Ten days later nothing is new any more.
    let late = try hitRate(age + ["index.ages_at=\(noon + 10 * 86_400)"])
    #expect(late < 0.2, "\(late)")
  }

  @Test(
    "a saved model gives the vectors that were indexed; another number of threads the same, and the cache too"
  )
  func saved() throws {
    try writeSections()
    let overrides = [
      "encode.item_categories=section", "encode.item_numbers=words", "encode.item_age={column: made}",
    ]
    let first = try run(overrides)
    let vectors = try NumpyFile.readMatrix(FilePaths.join(first.directory, IndexArtifact.vectorFile))
    let model = try SavedModel(folder: FilePaths.join(first.directory, "model"))
    #expect(model.catalogue.features.categories.map(\.name) == ["section"])
    #expect(try model.itemVectors().values == vectors.values)
    // The index alone runs again, from the artifacts in the cache.
    let again = try run(overrides + ["index.ef_construction=41"], threads: 3)
    #expect(again.cachedCells == 5)
    let other = try NumpyFile.readMatrix(FilePaths.join(again.directory, IndexArtifact.vectorFile))
    #expect(other.values == vectors.values)
  }

  @Test("validation during training sees the features too")
  func validation() throws {
    try writeSections()
    let summary = try run([
      "split.validation=second_last", "encode.item_categories=section",
      "train.validation={metric: hit_rate, k: 10}",
    ])
    let value = try #require(summary.metrics.first { $0.name == "train.validation_hit_rate@10" }?.value)
    #expect(value > 0.9)
  }

  // --- what does not go together

  private func message(_ overrides: [String]) throws -> String {
    do {
      _ = try plan(overrides)
      return "nothing"
    } catch let error as RecipeErrors { return error.description }
  }

  @Test(
    "columns that 'config' does not keep as they are needed",
    arguments: [
      (
        "encode.item_categories=words",
        "'config' does not keep the item column 'words'; add it to item_columns.keep there"
      ),
      (
        "encode.item_numbers=section",
        "'config' does not keep the item column 'section'; add it to item_columns.numbers there"
      ),
      (
        "encode.item_age={column: section}",
        "'config' does not keep the item column 'section'; add it to item_columns.numbers there"
      ),
      ("encode.item_age={}", "expected a string for 'column' in 'encode.item_age'"),
      ("encode.item_numbers=[words, words]", "a column stands here twice"),
      ("config.item_columns.keep=words", "the column 'words' is already read as something else"),
      (
        "encode.min_history=1000",
        "a sample shows at most 'max_seq_len' clicks, 5, and has no more; got 1000"
      ),
      ("config.columns.item=user", "the column 'user' is already read as the user"),
      ("config.columns.time=item", "the column 'item' is already read as the item"),
      ("config.item_columns.keep=sections", "no column 'sections'"),
    ]
  )
  func notKept(override: String, expected: String) throws {
    try writeSections()
    let message = try message([override])
    #expect(message.contains(expected), "\(message)")
  }

  @Test("features without an item table, ages without times")
  func nothingToRead() throws {
    try writeSections()
    let table = try message(["config.data.items=null", "encode.item_numbers=words"])
    #expect(
      table.contains("'config' reads no item table that could have a column 'words'; set data.items"),
      "\(table)"
    )
    let times = try message(["config.columns.time=null", "encode.item_age={column: made}"])
    #expect(
      times.contains("an age takes the time of clicks, and 'config' names no column of times"),
      "\(times)"
    )
    #expect(try plan(["index.ages_at=5"]).warnings.count == 1)
    #expect(try plan(["index.ages_at=5", "encode.item_age={column: made}"]).warnings.isEmpty)
  }

  @Test("text where numbers are expected is named with its line")
  func textAsNumber() throws {
    try writeSections()
    let error = #expect(throws: (any Error).self) {
      try run(["config.item_columns.numbers=section", "config.item_columns.keep=[]"])
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("items.csv:2: column 'section'") && text.contains("section 0"), "\(text)")
  }
}
