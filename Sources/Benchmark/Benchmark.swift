import Files
import Glibc
import Notebook
import Recipe
import Report

/// Measures the tool on this machine and writes what it found as a document.
///
/// Everything that is measured runs in a process of its own: each run starts cold, and its peak memory is its own.
/// For the same reason this process stays small: a child's peak counts what its parent held when it was started.
package struct Benchmark {
  private let options: BenchmarkOptions

  /// Makes a benchmark.
  package init(_ options: BenchmarkOptions) { self.options = options }

  /// Measures, and returns the document as Markdown; plots are written beside ``BenchmarkOptions/output``.
  ///
  /// What cannot be measured here is a sentence of the document, and so is where it was interrupted. Temporary files are gone
  /// when it returns.
  /// - Throws: `RecipeErrors` where the recipe cannot be run, `Interrupted` before a section was over, `FileError`.
  package func run() throws -> (document: String, isWhole: Bool) {
    let workspace = try Workspace()
    defer { workspace.remove() }
    let session = try BenchmarkSession(options, workspace: workspace)
    var blocks = heading(session)
    var isWhole = true
    measuring: for (place, section) in options.sections.enumerated() {
      StandardError.line("\(section.rawValue) …")
      do {
        blocks += try measurement(section).blocks(in: session)
      } catch let reason as NotMeasured {
        blocks += [.heading(level: 2, text: section.title), .prose("Not measured. \(reason)")]
      } catch let interruption as Interrupted {
        guard place > 0 else { throw interruption }
        let text = "Not measured: the benchmark was interrupted here, and ends."
        blocks += [.heading(level: 2, text: section.title), .note(kind: .warning, text: text)]
        isWhole = false
        break measuring
      }
    }
    try writePlots(blocks)
    let document = MarkdownRenderer().render(blocks) { plot in FilePaths.name(of: plotPath(plot)) }
    return (document, isWhole)
  }

  /// Answers the request of another process of the tool, as JSON: how a benchmark measures apart from itself.
  /// - Throws: what the measurement throws, and where the request is none.
  package static func answer(_ request: String) throws -> String {
    guard let probe = try? CodableJSON.value(ProbeRequest.self, from: request) else {
      throw NotMeasured("'\(request.prefix(100))' asks for no measurement.")
    }
    return try probe.answer()
  }

  private func measurement(_ section: BenchmarkSection) -> any Measurement {
    switch section {
    case .stages: StagesMeasurement()
    case .precision: PrecisionMeasurement()
    case .search: SearchMeasurement()
    case .csv: ReadingMeasurement()
    case .formats: FormatsMeasurement()
    case .files: AddedFileMeasurement()
    case .scaling: ScalingMeasurement()
    case .repeats: RepeatsMeasurement()
    case .results: ResultsMeasurement()
    case .peer: PeerMeasurement()
    }
  }

  private func heading(_ session: BenchmarkSession) -> [Block] {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let date = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    let rows: [[Table.Cell]] = ([("Date", date)] + options.facts).map { [.text($0.0), .text($0.1)] }
    let runs = options.runs == 1 ? "One run of each." : "Medians of \(options.runs) runs of each."
    let recipe = FilePaths.name(of: session.recipe.path)
    return [
      .heading(level: 1, text: "Benchmark of \(date)"),
      .table(Table(columns: [.init("Machine"), .init("")], rows: rows)),
      .prose(
        (["\(runs) The recipe is `\(recipe)`, run with \(options.threads) threads."] + session.remarks)
          .joined(separator: " ")
      ),
    ]
  }

  private func plotPath(_ plot: Plot) -> String {
    let output = options.output ?? "benchmark.md"
    return FilePaths.join(FilePaths.parent(of: output), "\(FilePaths.stem(of: output))-\(plot.name).svg")
  }

  private func writePlots(_ blocks: [Block]) throws {
    guard options.output != nil else { return }
    for case .plot(let plot) in blocks {
      try AtomicFile.write(SVGRenderer().render(plot), to: plotPath(plot))
    }
  }
}

/// How one section is measured.
protocol Measurement {
  /// Measures and says what came of it.
  /// - Throws: ``NotMeasured`` where nothing can be measured here; `Interrupted`.
  func blocks(in session: BenchmarkSession) throws -> [Block]
}

extension BenchmarkSection {
  /// The heading of the section.
  var title: String {
    switch self {
    case .stages: "Stages"
    case .precision: "Training in Float32 and in bfloat16"
    case .search: "Exact search"
    case .csv: "Reading the click log"
    case .formats: "Reading the click log in other forms"
    case .files: "One file added to many"
    case .scaling: "Scaling"
    case .repeats: "Runs with little or nothing changed"
    case .results: "The same results with any number of threads"
    case .peer: "Beside the notebook in Python"
    }
  }
}
