import ClickFixtures
import Files
import Notebook
import Recipe
import Report
import Synchronization
import Testing

@testable import Steps

/// What a key promises: the same result under it, whoever computes it.
@Suite("Settings and results")
struct SettingResultTests {
  /// Steps whose report tells how long something took.
  private static let timed: Set = ["train", "eval", "replay"]

  /// What a cell left, as far as it is no matter of time.
  private struct Result {
    var blocks: [Block]
    var metrics: [CacheEntry.Metric]
    var files: [CacheEntry.File]
    var artifact: BundleFile.Stored?
  }

  /// What every cell of a plan left.
  private typealias Results = [String: Result]

  /// The results of plans that were run before, by all keys of theirs.
  private static let known = Mutex<[String: Results]>([:])

  /// The results of a plan that is run into an empty cache; of one that was run before, those of that time.
  private static func results(_ plan: Plan, in folder: String) throws -> Results {
    let keys = try plan.keys().map { "\($0.compute)" }.joined(separator: " ")
    return try known.withLock {
      if let results = $0[keys] { return results }
      let results = try run(plan, in: folder)
      $0[keys] = results
      return results
    }
  }

  /// Runs the plan into an empty cache, with each file that it writes, and takes all results out of that.
  private static func run(_ plan: Plan, in folder: String) throws -> Results {
    var options = RunOptions()
    options.outputRoot = folder
    options.artifacts = StepList.artifacts
    options.allowsPrograms = true
    _ = try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
    let cache = StepCache(folder: Runner.cacheFolder(options)) { Issue.record("\($0)") }
    var results: Results = [:]
    for (cell, key) in zip(plan.cells, try plan.keys()) {
      let entry = try #require(cache.entry(key.compute))
      results["\(cell.id) \(key.compute)"] = Result(
        blocks: timed.contains(entry.step) ? [] : entry.blocks,
        metrics: entry.metrics.filter { !$0.name.hasSuffix("_ms") },
        files: entry.files,
        artifact: entry.artifact
      )
    }
    return results
  }

  @Test(
    "what only shows or is used later leaves every result under an unchanged key as it was, to the byte",
    arguments: DeclaredSetting.all.filter { $0.spec.role != .compute }
  )
  func unchanged(setting: DeclaredSetting) throws {
    // Left as it is, the double would be run first and its result taken for the cell's.
    let variant = try SettingVariant(setting, inDouble: true)
    let base = try Self.results(variant.base, in: variant.recipe.files.path("one"))
    let other = try Self.run(variant.changed, in: variant.recipe.files.path("other"))
    let shared = Set(base.keys).intersection(other.keys)
    #expect(shared.contains { $0.hasPrefix("\(setting.step) ") })
    for cell in shared.sorted() {
      #expect(base[cell]?.metrics == other[cell]?.metrics, "\(cell)")
      #expect(base[cell]?.files == other[cell]?.files, "\(cell)")
      #expect(base[cell]?.blocks == other[cell]?.blocks, "\(cell)")
      #expect(base[cell]?.artifact == other[cell]?.artifact, "\(cell)")
    }
  }
}
