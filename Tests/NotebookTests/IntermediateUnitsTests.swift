import Files
import Notebook
import Recipe
import Report
import Synchronization
import TestSupport
import Testing

/// Tells three values, each the mean over two users.
private struct CurveStep: Step {
  static let name = "curve"
  static let summary = "Tells values on the way."
  static let revision = 1
  let label: String
  let tellsUnits: Bool

  init(_ fields: inout Fields) {
    label = fields.string("label", default: "none", role: .presentation, "The test that runs it.")
    tellsUnits = fields.bool("units", default: true, "Whether users are told.")
  }

  var progressMetric: ProgressMetric? {
    ProgressMetric("height", isLargerBetter: true, length: 3, hasUnits: tellsUnits)
  }

  func run(in context: RunContext) throws -> [Block] {
    Executions.add("\(label).curve")
    for step in 1...3 {
      let units = UnitValues(ids: [7, 9], values: [Double(step), Double(3 * step)])
      try context.intermediate(units.mean, step: step, units: tellsUnits ? units : nil)
    }
    return []
  }
}

@Suite("Values of units on the way")
struct IntermediateUnitsTests {
  /// Runs the step and gives what was heard.
  private static func run(
    in scratch: ScratchFolder,
    _ units: IntermediateUnits,
    _ settings: String = ""
  ) throws -> [Intermediate] {
    let planner = Planner(steps: [CurveStep.self])
    let recipe = try RecipeLoader(environment: [:]).load(
      text: "curve: { label: \(FilePaths.name(of: scratch.path))\(settings) }\n",
      name: "toy",
      directory: scratch.path,
      steps: planner.declarations
    )
    let heard = Mutex<[Intermediate]>([])
    var options = RunOptions()
    options.outputRoot = FilePaths.join(scratch.path, "outputs")
    options.intermediateUnits = units
    options.onIntermediate = { value in heard.withLock { $0.append(value) } }
    _ = try Runner(plan: try planner.plan(recipe), options: options, progress: ProgressReporter(.quiet)).run()
    return heard.withLock { $0 }
  }

  private static func count(_ scratch: ScratchFolder) -> Int {
    Executions.count("\(FilePaths.name(of: scratch.path)).curve")
  }

  private static let all = (1...3).map {
    UnitValues(ids: [7, 9], values: [Double($0), Double(3 * $0)])
  }

  @Test("who asks for units hears them, from the step and from the cache alike; who does not hears means")
  func heard() throws {
    let scratch = try ScratchFolder()
    let first = try Self.run(in: scratch, .kept)
    #expect(first.map(\.units) == Self.all && first.map(\.value) == [2, 4, 6])
    let second = try Self.run(in: scratch, .needed)
    #expect(second.map(\.units) == Self.all && second.map(\.seconds) == first.map(\.seconds))
    #expect(try Self.run(in: scratch, .none).map(\.units) == [nil, nil, nil])
    #expect(Self.count(scratch) == 1)
  }

  @Test("a result that was kept without units is made again where they are needed, once")
  func needed() throws {
    let scratch = try ScratchFolder()
    #expect(try Self.run(in: scratch, .none).map(\.units) == [nil, nil, nil])
    #expect(try Self.run(in: scratch, .kept).map(\.units) == [nil, nil, nil])
    #expect(Self.count(scratch) == 1)
    #expect(try Self.run(in: scratch, .needed).map(\.units) == Self.all)
    #expect(try Self.run(in: scratch, .needed).map(\.units) == Self.all)
    #expect(Self.count(scratch) == 2)
  }

  @Test("units that were damaged are no units")
  func damaged() throws {
    let scratch = try ScratchFolder()
    _ = try Self.run(in: scratch, .kept)
    let cache = FilePaths.join(scratch.path, "outputs/.cache")
    let kept = try FilePaths.list(cache).map { FilePaths.join(cache, "\($0)/intermediates.bundle") }
      .first(where: FilePaths.exists)
    try AtomicFile.write("towerbook-bundle", to: try #require(kept))
    #expect(try Self.run(in: scratch, .kept).map(\.units) == [nil, nil, nil])
    #expect(try Self.run(in: scratch, .needed).map(\.units) == Self.all)
    #expect(Self.count(scratch) == 2)
  }

  @Test("a step that has no units is not run again for them")
  func without() throws {
    let scratch = try ScratchFolder()
    _ = try Self.run(in: scratch, .none, ", units: false")
    #expect(try Self.run(in: scratch, .needed, ", units: false").map(\.value) == [2, 4, 6])
    #expect(Self.count(scratch) == 1)
  }
}
