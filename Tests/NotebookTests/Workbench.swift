import Files
import Notebook
import Recipe
import TestSupport

typealias AtomicTextFile = AtomicFile

/// A folder of its own for a test, and what it takes to run a toy recipe in it.
final class Workbench {
  private let scratch: ScratchFolder
  var folder: String { scratch.path }
  var label: String { FilePaths.name(of: folder) }

  init() throws { scratch = try ScratchFolder() }

  static let planner = Planner(steps: [NumbersStep.self, SumStep.self], rules: [ManyNumbers.self])

  func plan(_ yaml: String, overrides: [String] = []) throws -> Plan {
    let text = yaml.replacing("LABEL", with: label)
    let loader = RecipeLoader(environment: [:], overrides: overrides)
    let document = try loader.load(
      text: text,
      name: "toy",
      directory: folder,
      steps: Self.planner.declarations
    )
    return try Self.planner.plan(document)
  }

  func options() -> RunOptions {
    var options = RunOptions()
    options.outputRoot = FilePaths.join(folder, "outputs")
    options.artifacts = [Numbers.self]
    options.command = ["towerbook", "run", "toy.yaml"]
    return options
  }

  @discardableResult
  func run(
    _ yaml: String,
    overrides: [String] = [],
    change: (inout RunOptions) -> Void = { _ in }
  ) throws -> RunSummary {
    var options = options()
    change(&options)
    let runner = Runner(
      plan: try plan(yaml, overrides: overrides),
      options: options,
      progress: ProgressReporter(.quiet)
    )
    return try runner.run()
  }

  func count(_ step: String) -> Int { Executions.count("\(label).\(step)") }

  func read(_ path: String) throws -> String {
    try MappedFile.readText(path)
  }

  /// Everything under the outputs folder but the cache, as relative paths.
  func visibleRuns() throws -> [String] {
    let root = FilePaths.join(folder, "outputs/toy")
    guard FilePaths.isFolder(root) else { return [] }
    return try FilePaths.list(root)
  }

  /// The paths of all files in the cache whose name ends in `ending`.
  func cachedFiles(_ ending: String) throws -> [String] {
    let cache = FilePaths.join(folder, "outputs/.cache")
    var found: [String] = []
    for name in try FilePaths.list(cache) where !name.hasPrefix(".") {
      let entry = FilePaths.join(cache, name)
      guard FilePaths.isFolder(entry) else { continue }
      for file in try FilePaths.list(entry) where file.hasSuffix(ending) {
        found.append(FilePaths.join(entry, file))
      }
    }
    return found
  }
}

/// The two-cell recipe that most tests run.
let toyRecipe = """
  title: A toy
  numbers:
    label: LABEL
    count: 4
  sum:
    text: The sum of {{ numbers.count }} numbers is {{ sum.total }}.
    label: LABEL
    expect: { total: 10 }
  """
