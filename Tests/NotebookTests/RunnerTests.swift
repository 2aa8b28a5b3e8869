import Files
import Glibc
import Notebook
import Recipe
import Report
import Testing

@Suite("Running a recipe")
struct RunnerTests {
  @Test("writes the report, metrics, recipe, plots and the steps' files, and points 'latest' at them")
  func writesTheRunDirectory() throws {
    let bench = try Workbench()
    let summary = try bench.run(toyRecipe)
    let latest = FilePaths.join(bench.folder, "outputs/toy/latest")
    let names = try FilePaths.list(latest)
    #expect(
      names == [
        "log.jsonl", "metrics.json", "numbers.txt", "plots", "recipe.yaml", "report.json", "report.md",
      ]
    )
    #expect(try FilePaths.list(FilePaths.join(latest, "plots")) == ["sum-numbers.svg"])
    #expect(
      try bench.read(FilePaths.join(latest, "metrics.json"))
        == "{\n  \"numbers.count\": 4.0,\n  \"sum.total\": 10.0\n}\n"
    )
    let report = try bench.read(summary.reportPath)
    #expect(report.contains("The sum of 4 numbers is 10."))
    #expect(report.contains("There are 4 numbers."))
    #expect(report.contains("✓ met"))
    #expect(summary.expectations.map(\.isMet) == [true])
  }

  @Test("what is larger than is held between cells is read again by who needs it, with the same result")
  func largeResults() throws {
    let bench = try Workbench()
    // No other test makes so many.
    let counts = [(961, 1 << 20, 0), (962, 100, 1)]
    for (count, held, reads) in counts {
      let summary = try bench.run(toyRecipe, overrides: ["numbers.count=\(count)"]) {
        $0.heldBytes = held
      }
      #expect(summary.metrics.first { $0.name == "sum.total" }?.value == Double(count * (count + 1) / 2))
      #expect(Executions.count("read of \(count)") == reads)
    }
    #expect(bench.count("numbers") == 2)
  }

  @Test("of runs that end in one second, 'latest' leads to the one that lists show first")
  func latestOfOneSecond() throws {
    let bench = try Workbench()
    let first = try bench.run(toyRecipe).directory
    let folder = FilePaths.parent(of: first)
    let (later, latest) = (FilePaths.join(folder, "29991231-000000-1"), FilePaths.join(folder, "latest"))
    let store = RunStore(bench.options().outputRoot)
    // The second may end between the two.
    var dates: [String] = []
    repeat {
      var document = try ReportDocument(folder: first)
      document.date = UTCTime.iso8601(Double(time(nil)))
      document.run = FilePaths.name(of: later)
      try Folders.make(later)
      try AtomicFile.write(try document.json, to: FilePaths.join(later, ReportDocument.file))
      try Links.make(latest, to: FilePaths.name(of: later))
      let own = try bench.run(toyRecipe).directory
      dates = [document.date, try ReportDocument(folder: own).date]
      if dates[0] < dates[1] { #expect(FilePaths.real(latest) == FilePaths.real(own)) }
    } while dates[0] != dates[1]
    #expect(store.latest(of: "toy") == FilePaths.name(of: later))
    #expect(store.listing(of: "toy").runs.first?.id == FilePaths.name(of: later))
    // A clock that was set back keeps the link from nobody.
    var document = try ReportDocument(folder: later)
    document.date = "2999-12-31T00:00:00Z"
    try AtomicFile.write(try document.json, to: FilePaths.join(later, ReportDocument.file))
    let own = try bench.run(toyRecipe).directory
    #expect(store.latest(of: "toy") == FilePaths.name(of: own))
  }

  @Test("takes everything from the cache when nothing changed")
  func secondRunIsCached() throws {
    let bench = try Workbench()
    try bench.run(toyRecipe)
    let second = try bench.run(toyRecipe)
    #expect(second.cachedCells == 2)
    #expect(bench.count("numbers") == 1)
    #expect(bench.count("sum") == 1)
    let report = try bench.read(second.reportPath)
    #expect(report.contains("Taken from the cache"))
  }

  @Test("runs nothing again when only prose changed, and shows the new prose")
  func proseIsNotInTheKey() throws {
    let bench = try Workbench()
    try bench.run(toyRecipe)
    let second = try bench.run(toyRecipe.replacing("The sum of", with: "Adding up"))
    #expect(second.cachedCells == 2)
    #expect(try bench.read(second.reportPath).contains("Adding up 4 numbers is 10."))
  }

  @Test("runs a step and its readers again when a setting changes")
  func settingIsInTheKey() throws {
    let bench = try Workbench()
    try bench.run(toyRecipe)
    let second = try bench.run(toyRecipe, overrides: ["numbers.count=5"])
    #expect(second.cachedCells == 0)
    #expect(second.metrics.map(\.value) == [5, 15])
    #expect(second.expectations.map(\.isMet) == [false])
  }

  @Test("runs only the readers again when a setting changes that only readers use")
  func useSettingReachesReadersOnly() throws {
    let bench = try Workbench()
    try bench.run(toyRecipe)
    let second = try bench.run(toyRecipe, overrides: ["numbers.scale=10"])
    #expect(bench.count("numbers") == 1)
    #expect(bench.count("sum") == 2)
    #expect(second.metrics.last?.value == 100)
  }

  @Test("runs everything with --force, and from a cell on with --from")
  func forceAndFrom() throws {
    let bench = try Workbench()
    try bench.run(toyRecipe)
    try bench.run(toyRecipe) { $0.from = "sum" }
    #expect(bench.count("numbers") == 1)
    #expect(bench.count("sum") == 2)
    try bench.run(toyRecipe) { $0.force = true }
    #expect(bench.count("numbers") == 2)
    #expect(bench.count("sum") == 3)
  }

  @Test("a failing step leaves no run behind and keeps what was finished")
  func failureLeavesNothing() throws {
    let bench = try Workbench()
    let failure = try #require(throws: StepFailed.self) {
      try bench.run(toyRecipe, overrides: ["sum.mode=fail"])
    }
    #expect(failure.description == "'sum' failed: the numbers do not add up")
    #expect(try bench.visibleRuns() == [])
    try bench.run(toyRecipe)
    #expect(bench.count("numbers") == 1)
  }

  @Test("an interrupted run leaves no run behind, and the same command goes on")
  func interruptionResumes() throws {
    let bench = try Workbench()
    #expect(throws: Interrupted.self) { try bench.run(toyRecipe, overrides: ["sum.mode=interrupt"]) }
    #expect(try bench.visibleRuns() == [])
    try bench.run(toyRecipe)
    #expect(bench.count("numbers") == 1)
  }

  @Test(
    "a damaged cache is a warning and a miss, never an answer",
    arguments: ["entry.json", "artifact.bundle", "numbers.txt"]
  )
  func damageIsAMiss(_ file: String) throws {
    let bench = try Workbench()
    try bench.run(toyRecipe)
    let folders = try bench.cachedFiles("artifact.bundle").map(FilePaths.parent(of:))
    let folder = try #require(folders.first)
    let path = FilePaths.join(folder, file == "numbers.txt" ? "files/numbers.txt" : file)
    var bytes = (try MappedFile.read(path))
    bytes[bytes.count - 2] ^= 0x15
    try AtomicFile.write(to: path) { try $0.append(bytes) }
    let second = try bench.run(toyRecipe) { $0.from = "sum" }
    #expect(second.metrics.map(\.value) == [4, 10])
    #expect(bench.count("numbers") == 2)
  }

  @Test("writes into the folder that --output names, and leaves its other files alone")
  func outputFolder() throws {
    let bench = try Workbench()
    let folder = FilePaths.join(bench.folder, "mine")
    try Folders.make(folder)
    try AtomicFile.write("keep", to: FilePaths.join(folder, "notes.txt"))
    let summary = try bench.run(toyRecipe) { $0.directory = folder }
    #expect(summary.reportPath == FilePaths.join(folder, "report.md"))
    #expect(
      try FilePaths.list(folder) == [
        "log.jsonl", "metrics.json", "notes.txt", "numbers.txt", "plots", "recipe.yaml", "report.json",
        "report.md",
      ]
    )
    #expect(try bench.visibleRuns() == [])
  }

  @Test("the resolved recipe runs by itself to the same result")
  func resolvedRecipeRuns() throws {
    let bench = try Workbench()
    let first = try bench.run(toyRecipe, overrides: ["numbers.count=7"])
    let resolved = try bench.read(FilePaths.join(first.directory, "recipe.yaml"))
    let second = try bench.run(resolved)
    #expect(second.cachedCells == 2)
    #expect(second.metrics.map(\.value) == first.metrics.map(\.value))
  }

  @Test("two runs at once on one cache both end well, and each step runs once")
  func concurrentRuns() async throws {
    let bench = try Workbench()
    let recipe = toyRecipe.replacing("LABEL", with: bench.label)
    let folder = bench.folder
    try await withThrowingTaskGroup(of: [Double?].self) { group in
      for _ in 0..<6 {
        group.addTask {
          let loader = RecipeLoader(environment: [:], overrides: [])
          let document = try loader.load(
            text: recipe,
            name: "toy",
            directory: folder,
            steps: Workbench.planner.declarations
          )
          var options = RunOptions()
          options.outputRoot = FilePaths.join(folder, "outputs")
          options.artifacts = [Numbers.self]
          let plan = try Workbench.planner.plan(document)
          return try Runner(plan: plan, options: options, progress: ProgressReporter(.quiet)).run()
            .metrics.map(\.value)
        }
      }
      for try await values in group { #expect(values == [4, 10]) }
    }
    #expect(bench.count("numbers") == 1)
    #expect(bench.count("sum") == 1)
  }

  @Test("a folder that cannot be written is an error with its path, before anything runs")
  func unwritableOutput() throws {
    let bench = try Workbench()
    let blocker = FilePaths.join(bench.folder, "file")
    try AtomicFile.write("", to: blocker)
    let error = try #require(throws: CannotStart.self) {
      try bench.run(toyRecipe) { $0.outputRoot = blocker + "/outputs" }
    }
    #expect(error.description == "cannot make folder '\(blocker)': a file of that name is in the way")
    #expect(bench.count("numbers") == 0)
  }
}
