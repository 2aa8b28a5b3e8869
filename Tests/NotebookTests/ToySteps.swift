import Files
import Notebook
import Recipe
import Report
import Synchronization

/// How often each toy step ran, by the name of the folder a test works in.
enum Executions {
  private static let counts = Mutex<[String: Int]>([:])

  static func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
  static func count(_ name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
}

struct Numbers: Artifact {
  static let kind = "numbers"
  var values: [Int32]

  struct Outline: Sendable { var scale: Int }

  init(values: [Int32]) { self.values = values }
  init(bundle: Bundle) throws {
    values = try bundle.int32("values")
    Executions.add("read of \(values.count)")
  }
  func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("values", values)
    return bundle
  }
}

/// Writes the numbers from 1 to `count`.
struct NumbersStep: Step {
  static let name = "numbers"
  static let summary = "Makes numbers."
  static let revision = 1
  static let writes: String? = "numbers"
  let count: Int
  let label: String
  let scale: Int
  var metrics = ["count"]

  init(_ fields: inout Fields) {
    count = fields.int("count", default: 3, in: 1...1000, "How many numbers.")
    scale = fields.int("scale", default: 1, in: 1...1000, role: .use, "What readers multiply by.")
    label = fields.string("label", default: "none", role: .presentation, "The test that runs it.")
  }

  var outline: (any Sendable)? { Numbers.Outline(scale: scale) }

  func run(in context: RunContext) throws -> [Block] {
    Executions.add("\(label).numbers")
    context.write(Numbers(values: (1...Int32(count)).map { $0 }))
    context.metric("count", Double(count))
    let file = try context.outputFile("numbers.txt")
    try AtomicTextFile.write("\(count) numbers\n", to: file)
    return [.prose("There are \(count) numbers.")]
  }
}

/// Warns of more numbers than anyone reads, and of a cell that adds them up.
enum ManyNumbers: LintRule {
  static let name = "many_numbers"
  static let summary = "More than 100 numbers."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: "numbers").flatMap { position -> [LintFinding] in
      guard let count = plan.cells[position]["count"]?.int, count > 100 else { return [] }
      let sums = plan.readers(of: position)
        .map { LintFinding(cell: $0, key: "numbers", "there are many numbers to add up") }
      return [LintFinding(cell: position, key: "count", "expected at most 100 numbers, got \(count)")] + sums
    }
  }
}

/// Adds the numbers up.
struct SumStep: Step {
  static let name = "sum"
  static let summary = "Adds numbers up."
  static let revision = 1
  let input: ArtifactInput
  let label: String
  let mode: Mode
  let metrics = ["total"]
  var reads: [ArtifactInput] { [input] }

  enum Mode: String, CaseIterable, Sendable {
    case plain, fail, interrupt
  }

  init(_ fields: inout Fields) {
    input = fields.input("numbers")
    label = fields.string("label", default: "none", role: .presentation, "The test that runs it.")
    mode = fields.choice("mode", default: Mode.plain, role: .presentation, "What happens.")
  }

  func run(in context: RunContext) throws -> [Block] {
    Executions.add("\(label).sum")
    switch mode {
    case .plain: break
    case .fail: throw RunFailure("the numbers do not add up")
    case .interrupt: throw Interrupted()
    }
    let scale = context.outlines.of(input, Numbers.self)?.scale ?? 1
    let numbers: Numbers = try context.read(input)
    let total = numbers.values.reduce(0) { $0 + Int($1) } * scale
    context.metric("total", Double(total))
    return [
      .table(Table(columns: [.init("total", .trailing)], rows: [[.int(total)]])),
      .plot(
        Plot(
          name: "numbers",
          title: "Numbers",
          description: "The numbers in order.",
          x: .init("place"),
          y: .init("number"),
          series: [.init("numbers", .line, x: [0, 1], y: [1, 2])]
        )
      ),
    ]
  }
}
