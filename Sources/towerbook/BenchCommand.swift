import ArgumentParser
import Benchmark
import Files
import Glibc
import Notebook
import Numerics
import Report

/// `towerbook bench`: measures the tool on this machine.
struct BenchCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast everything is on this machine, and against what.",
    discussion: """
      Runs a recipe from a cold cache and holds each stage against what the machine can do (matrix products, \
      memory, disk), measured in the same run; then search, reading, growing logs, unchanged runs, and one thread \
      against more. The document is Markdown; progress goes to standard error. With --peer the notebook in Python \
      runs beside it. What cannot be measured is said, and is no failure.
      """
  )

  @Option(
    help: ArgumentHelp(
      "Only these sections, parted by commas.",
      discussion: "They are: \(BenchmarkSection.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "sections"
    )
  )
  var only: String?

  @Option(parsing: .unconditional, help: "How often each thing is measured; medians are shown.")
  var runs = 5

  @Option(
    help: "The recipe, in place of recipes/news_two_tower.yaml.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var recipe: String?

  @Option(help: "The folder of the data files, in place of FUNREC_RAW_DATA_PATH.", completion: .directory)
  var data: String?

  @Option(parsing: .unconditional, help: "How many threads to use, in place of one for each processor.")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Sizes of the logs that scaling is measured on, parted by commas.",
      valueName: "clicks"
    )
  )
  var scale = "1000000,3000000,10000000"

  @Option(
    help: ArgumentHelp(
      "Dimensions of the models that scaling is measured with, parted by commas.",
      valueName: "dimensions"
    )
  )
  var scaleDimensions = "32,128"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many clicks those logs have for each item.", valueName: "clicks")
  )
  var scaleClicksPerItem = 10

  @Option(
    help: ArgumentHelp(
      "A setting of the recipe that scaling is measured with, such as model.tables=mapped; may be repeated.",
      valueName: "path=value"
    )
  )
  var scaleSetting: [String] = []

  @Option(
    parsing: .unconditional,
    help: "How many files of a million clicks one file is added to, from 2 to 1000."
  )
  var files = 20

  @Option(
    help: "The notebook as a Python script, to run beside the recipe.",
    completion: .file(extensions: ["py"])
  )
  var peer: String?

  @Option(
    parsing: .unconditional,
    help: "In how many of the runs it runs as written too, which takes minutes; by default in all."
  )
  var writtenRuns: Int?

  @Option(help: "The Python that runs it and has its libraries.")
  var python = "python3"

  @Option(name: .shortAndLong, help: "Write the document here, and plots beside it.", completion: .file())
  var output: String?

  @Option(help: .hidden)
  var answer: String?

  func validate() throws {
    if runs < 1 || runs > 1000 { throw ValidationError("--runs takes a number from 1 to 1000, not \(runs)") }
    if let writtenRuns, !(0...runs).contains(writtenRuns) {
      throw ValidationError("--written-runs takes a number from 0 to --runs, \(runs), not \(writtenRuns)")
    }
    if !(2...1000).contains(files) {
      throw ValidationError("--files takes a number from 2 to 1000, not \(files)")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
    if let peer, !FilePaths.exists(peer) { throw ValidationError("--peer: there is no '\(peer)'") }
    if let data, !FilePaths.isFolder(data) { throw ValidationError("--data: there is no folder '\(data)'") }
    if let output, access(FilePaths.parent(of: output), W_OK) != 0 {
      throw ValidationError("--output: cannot write into '\(FilePaths.parent(of: output))'")
    }
    if !(1...1_000_000).contains(scaleClicksPerItem) {
      throw ValidationError(
        "--scale-clicks-per-item takes a number from 1 to 1000000, not \(scaleClicksPerItem)"
      )
    }
    if let setting = scaleSetting.first(where: { !$0.contains("=") }) {
      throw ValidationError(
        "--scale-setting takes a setting and its value, as in model.tables=mapped, not '\(setting)'"
      )
    }
    _ = try sections()
    _ = try sizes()
    _ = try dimensions()
  }

  func run() throws {
    if let answer { return print(try Benchmark.answer(answer)) }
    do {
      let (document, isWhole) = try Benchmark(options()).run()
      if let output { try AtomicFile.write(document, to: output) }
      print(output ?? document, terminator: output == nil ? "" : "\n")
      guard isWhole else { throw Interrupted() }
    } catch is Interrupted {
      StandardError.line("interrupted; of the benchmark only sections that were over are kept")
      throw ExitCode(130)
    }
  }

  private func sections() throws -> [BenchmarkSection] {
    guard let only else { return BenchmarkSection.allCases.filter { $0 != .peer || peer != nil } }
    do { return try BenchmarkSection.list(only) } catch { throw ValidationError("--only: \(error)") }
  }

  private func sizes() throws -> [Int] {
    try numbers(scale, from: 100...1 << 30, "--scale takes numbers of clicks")
  }

  private func dimensions() throws -> [Int] {
    try numbers(scaleDimensions, from: 1...4096, "--scale-dimensions takes numbers")
  }

  private func numbers(_ text: String, from range: ClosedRange<Int>, _ expected: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Int(part), range.contains(number) else {
        throw ValidationError(
          "\(expected) from \(range.lowerBound) to \(range.upperBound), parted by commas, not '\(text)'"
        )
      }
      return number
    }
  }

  private func options() throws -> BenchmarkOptions {
    var options = BenchmarkOptions(executable: try SystemFacts.executable())
    options.sections = try sections()
    options.runs = runs
    options.recipe = recipe
    options.data = data
    options.threads = threads ?? SystemFacts.processors
    options.scale = try sizes()
    options.scaleDimensions = try dimensions()
    options.scaleClicksPerItem = scaleClicksPerItem
    options.scaleOverrides = scaleSetting
    options.files = files
    options.peer = peer
    options.writtenRuns = writtenRuns ?? runs
    options.python = python
    options.output = output
    options.facts = SystemFacts.machine
    return options
  }
}
