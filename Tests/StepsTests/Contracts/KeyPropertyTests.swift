import ClickFixtures
import Files
import Memory
import Notebook
import Recipe
import Report
import TestSupport
import Testing

@testable import Steps

/// Keys of random recipes against what these recipes give.
@Suite("Properties of keys", .serialized)
struct KeyPropertyTests {
  private static let recipe = """
    config: { data: { synthetic: { users: 40, items: 25, clicks: 400, interests: 3 } } }
    split:
    encode: { max_seq_len: 5 }
    model: { embedding_dim: 4, hidden_units: [4], user_id: false }
    train: { epochs: 1, batch_size: 64 }
    index:
    eval: { k: [3], baselines: [popularity], bootstrap: null }
    recall: { k: 3 }

    """
  /// Settings, and values of which some come to the same.
  private static let choices: [(setting: String, values: [String])] = [
    ("config.seed", ["42", "0x2A", "7"]), ("config.data.synthetic.interests", ["3", "4"]),
    ("split.strategy", ["last_click", "time", "ratio"]), ("split.min_user_clicks", ["0", "3"]),
    ("encode.max_seq_len", ["5", "05", "3"]), ("encode.min_history", ["1", "2"]),
    ("model.pooling", ["mean", "last"]), ("model.temperature", ["0.1", "1e-1", "0.2"]),
    ("train.learning_rate", ["1e-2", "0.01", "1e-3"]), ("train.clip_norm", ["null", "1"]),
    ("train.loss", ["in_batch_softmax", "sampled_softmax"]), ("train.epochs", ["1", "2"]),
    ("index.type", ["Flat", "HNSW8"]), ("index.ef_search", ["16", "17"]), ("eval.k", ["[3]", "[3, 5]"]),
    ("recall.k", ["3", "4"]), ("recall.seen", ["leave_out", "keep"]), ("recall.text", ["a", "b"]),
    ("train.note", ["a", "b"]), ("recall.fuse.popularity", ["1", "1.0", "0.5"]),
  ]

  /// Settings, and values in groups that say the same in other words.
  private static let spellings: [(setting: String, values: [[String]])] = [
    ("config.seed", [["42", "0x2A", "0o52"], ["7", "007"]]),
    ("split.min_user_clicks", [["0", "0x0"], ["3", "+3"]]), ("encode.max_seq_len", [["5", "05"], ["3"]]),
    ("model.temperature", [["0.1", "1e-1", "0.10", "${train.learning_rate}"], ["0.2", "2.0e-1"]]),
    ("train.learning_rate", [["1e-1", "0.1", ".1"]]),
    ("train.clip_norm", [["null", "~", ""], ["1", "1.0"]]),
    ("model.hidden_units", [["[4]", "4", "[ 4 ]", "[0x4]"], ["[4, 3]", "[4,3]"]]),
    ("eval.k", [["[3]", "3"], ["[3, 5]", "[3,5]"]]),
    ("recall.fuse.popularity", [["1", "1.0", "1e0"], ["0.5", "5e-1"]]),
    ("recall.seen", [["leave_out", "'leave_out'"], ["keep"]]),
    ("recall.text", [["a", "b", "c"]]), ("train.note", [["a", "b"]]),
    ("model.allow", [["[]", "[high_temperature]"]]),
    ("index.ef_search", [["16"], ["17"]]),
  ]

  private struct Result: Equatable {
    var files: [CacheEntry.File]
    var artifact: BundleFile.Stored?
    var metrics: [CacheEntry.Metric]
  }

  /// Every cell's key and what is kept under it, of a run into a cache of its own; nil where the recipe cannot be run.
  private func results(_ runs: RecipeRuns, _ overrides: [String], _ cache: String) throws -> [String: Result]?
  {
    let plan: Plan
    do { plan = try runs.plan(overrides) } catch is RecipeErrors { return nil }
    let folder = runs.files.path(cache)
    do { _ = try runs.summary(overrides) { $0.cacheFolder = folder } } catch is StepFailed { return nil }
    let store = StepCache(folder: folder) { Issue.record("\($0)") }
    var found: [String: Result] = [:]
    for (cell, key) in zip(plan.cells, try plan.keys()) {
      let entry = try #require(store.entry(key.compute))
      found["\(cell.id) \(key.compute)"] = Result(
        files: entry.files,
        artifact: entry.artifact,
        metrics: entry.metrics.filter { !$0.name.hasSuffix("_ms") }
      )
    }
    try Folders.remove(folder)
    return found
  }

  @Test("what two random recipes keep under one key is one result, to the byte; what differs has another key")
  func pairs() throws {
    let runs = RecipeRuns(Self.recipe, in: try ClickFiles())
    // So many recipes have as many pairs as there are cases; each is run once, and held against all before it.
    let recipes = Int((2 * Double(PropertyCases.count)).squareRoot().rounded(.up)) + 1
    var kept: [String: (result: Result, of: [String])] = [:]
    var (run, shared, apart) = (0, 0, 0)
    var draw = SplitMix(seed: 0, stream: 951)
    // A recipe has some settings of the one before, so that there are cells that it has in common with some and not with others.
    var settings: [String: String] = [:]
    while run < recipes {
      for choice in Self.choices where draw.below(6) == 0 {
        settings[choice.setting] = draw.below(3) == 0 ? nil : choice.values[draw.below(choice.values.count)]
      }
      let words = settings.map { "\($0)=\($1)" }.sorted()
      guard let results = try results(runs, words, "cache") else { continue }
      run += 1
      for (key, result) in results {
        guard let earlier = kept[key] else {
          kept[key] = (result, words)
          apart += 1
          continue
        }
        shared += 1
        #expect(earlier.result == result, "recipe \(run): \(key) of \(earlier.of) and \(words)")
      }
    }
    #expect(shared > recipes && apart > recipes)
  }

  @Test(
    "what says the same in other words has the same keys in every cell; prose and what is allowed are in none"
  )
  func spellings() throws {
    let runs = RecipeRuns(Self.recipe, in: try ClickFiles())
    var compared = 0
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 952)
      let chosen = Self.spellings.filter { _ in draw.below(3) == 0 }
      let groups = chosen.map { $0.values[draw.below($0.values.count)] }
      func words() -> [String] {
        zip(chosen, groups).map { "\($0.setting)=\($1[draw.below($1.count)])" }
      }
      // What refers to another setting says the same only as long as that does.
      func keys(_ words: [String]) throws -> [Digest]? {
        let plan: Plan
        do { plan = try runs.plan(words) } catch is RecipeErrors { return nil }
        return try plan.keys().map(\.compute)
      }
      let (first, second) = (words(), words())
      let refers = (first + second).contains { $0.contains("${") }
      let isSet = first.contains { $0.hasPrefix("train.learning_rate") }
      if refers && !isSet { continue }
      guard let a = try keys(first), let b = try keys(second) else { continue }
      compared += 1
      #expect(a == b, "case \(number): \(first) and \(second)")
    }
    #expect(compared > PropertyCases.count / 3)
  }
}
