import Files
import Notebook
import Recipe

/// What a finished run left in its cache.
struct RunRecord {
  let plan: Plan
  private let keys: [CellKeys]
  private let cache: StepCache

  init(_ run: FinishedRun) throws {
    plan = try run.recipe.plan()
    keys = try plan.keys()
    var options = RunOptions()
    options.outputRoot = run.outputs
    cache = StepCache(folder: Runner.cacheFolder(options)) { StandardError.line($0) }
  }

  /// What the cell at `position` left.
  func entry(_ position: Int) throws -> CacheEntry {
    guard let entry = cache.entry(keys[position].compute) else {
      throw NotMeasured("The cache holds nothing of '\(plan.cells[position].id)'.")
    }
    return entry
  }

  /// A metric of the cell at `position`; 0 where it has none of that name.
  func metric(_ name: String, of position: Int) throws -> Double {
    try entry(position).metrics.first { $0.name == name }?.value ?? 0
  }

  /// The position of the cell from which the one at `position` reads a `kind`.
  func producer(of kind: String, for position: Int) -> Int? {
    plan.cells[position].edges.first { $0.input.kind == kind }?.producer
  }

  /// What the cell at `position` handed on.
  func artifact<A: Artifact>(_ type: A.Type, of position: Int) throws -> A {
    guard let bundle = cache.artifact(keys[position].compute) else {
      throw NotMeasured("The cache holds nothing that '\(plan.cells[position].id)' handed on.")
    }
    return try A(bundle: bundle)
  }

  /// The file that holds what the cell at `position` handed on, where it did.
  func artifactFile(_ position: Int) -> String? {
    let path = FilePaths.join(cache.entryFolder(keys[position].compute), "artifact.bundle")
    return FilePaths.exists(path) ? path : nil
  }

  /// A whole number among the settings of the cell at `position`; nil where it has none of that name.
  func setting(_ path: String, of position: Int) -> Int? {
    guard case .int(let value)? = Setting.section(plan.cells[position].settings)[path] else { return nil }
    return value
  }

  /// A text among the settings of the cell at `position`.
  func text(_ path: String, of position: Int) -> String? {
    guard case .string(let value)? = Setting.section(plan.cells[position].settings)[path] else { return nil }
    return value
  }
}
