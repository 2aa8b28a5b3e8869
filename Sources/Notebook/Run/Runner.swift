import Files
import Glibc
import Logging
import Recipe
import Report

/// Runs a plan and writes its run directory.
package struct Runner {
  private let plan: Plan
  private let options: RunOptions
  private let progress: ProgressReporter

  /// Makes a runner.
  package init(plan: Plan, options: RunOptions, progress: ProgressReporter) {
    self.plan = plan
    self.options = options
    self.progress = progress
  }

  /// Where the cache is.
  package static func cacheFolder(_ options: RunOptions) -> String {
    options.cacheFolder ?? FilePaths.join(options.outputRoot, ".cache")
  }

  /// Runs all cells and writes the run directory.
  /// - Throws: ``CannotStart``, ``StepFailed``, ``Interrupted``, `FileError`. Nothing is left under the run's name then;
  ///   finished steps stay in the cache.
  package func run() throws -> RunSummary {
    try plan.checkPrograms(options)
    try refuseToOverwriteInputs()
    try refuseToOverwriteEdits()
    let keys = try plan.keys()
    let inputs = Plan.inputs(keys)
    try options.onInputs?(inputs)
    let cache = StepCache(folder: Self.cacheFolder(options)) { [progress] in progress.warning($0) }
    let directory: RunDirectory
    do {
      try Folders.make(cache.folder)
      guard access(cache.folder, W_OK) == 0 else { throw FileError("cannot write", cache.folder) }
      directory = try RunDirectory(recipe: plan.recipe.name, options: options)
    } catch {
      throw CannotStart(error)
    }
    do {
      let uses = try keys.map { try FileLock(cache.usingLock($0.compute), .shared) {} }
      defer { withExtendedLifetime(uses) {} }
      cache.sweepLeftovers()
      let descriptor = open(
        FilePaths.join(directory.staging, "log.jsonl"),
        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
        0o644
      )
      guard descriptor >= 0 else { throw FileError("cannot write", directory.final) }
      defer { close(descriptor) }
      progress.log = Logger(label: "towerbook") { _ in JSONLinesLogHandler(descriptor: descriptor) }
      progress.record = ProgressRecord(plan, directory, command: options.command)
      defer { (progress.log, progress.record) = (nil, nil) }
      let execution = Execution(plan: plan, keys: keys, cache: cache, options: options, progress: progress)
      let outcomes = try execution.run()
      let results = RunResults(plan: plan, outcomes: outcomes)
      try write(results, into: directory)
      if options.exports { try export(results) }
      let others = try directory.publish()
      if !others.isEmpty {
        progress.warning(
          "'\(directory.final)' was an earlier run's, and still holds \(others.joined(separator: ", ")), which this run did "
            + "not write; take them away, or write runs into folders of their own"
        )
      }
      // Not before: who looks on would find neither the run that is under way nor the one that is finished.
      progress.record?.remove(from: directory.final)
      if options.directory == nil { listRuns() }
      return RunSummary(
        directory: directory.final,
        reportPath: FilePaths.join(directory.final, ReportFormat.md.file),
        expectations: results.expectations.flatMap { $0 },
        metrics: results.metrics,
        cachedCells: outcomes.count { $0.isCached },
        cells: outcomes.count,
        cellRecords: zip(plan.cells, zip(keys, outcomes)).map { planned, done in
          RunSummary.CellRecord(
            id: planned.id,
            key: "\(done.0.compute)",
            seconds: done.1.entry.seconds,
            isCached: done.1.isCached
          )
        },
        inputs: inputs
      )
    } catch {
      directory.abandon()
      throw error
    }
  }

  /// Brings the list of all runs up to date. The run stands by itself: where there is no list, none of it is lost.
  private func listRuns() {
    do { try RunIndex(RunStore(options.outputRoot)).write() } catch {
      progress.warning("the list of runs is as it was: \(error)")
    }
  }

  /// Where a run is written into a folder of the user's, what it reads may stand there, under a name that it writes.
  /// - Throws: ``CannotStart``.
  private func refuseToOverwriteInputs() throws {
    guard let directory = options.directory else { return }
    let written = plan.cells.flatMap { planned in
      planned.step.outputs.map { FilePaths.join(planned.outputFolder, $0.name) }
    }
    let targets = Set(
      (OutputName.reserved + written).map {
        FilePaths.real(FilePaths.absolute($0, from: FilePaths.absolute(directory)))
      }
    )
    let read = plan.recipe.files + plan.cells.indices.flatMap { plan.files(of: $0).map(\.absolute) }
    for file in read where targets.contains(FilePaths.real(FilePaths.absolute(file))) {
      throw CannotStart(
        RunFailure("the run would write over '\(file)', which it reads; name another folder with --output")
      )
    }
  }

  /// A report in a folder of the user's may be written over where it is as a run left it.
  /// - Throws: ``CannotStart``.
  private func refuseToOverwriteEdits() throws {
    guard let directory = options.directory else { return }
    let path = FilePaths.join(directory, ReportFormat.md.file)
    guard FilePaths.exists(path) else { return }
    let document = try? ReportDocument(folder: directory)
    // What an older program wrote cannot be told from what was edited.
    if document == nil, FilePaths.exists(FilePaths.join(directory, ReportDocument.file)) { return }
    let files = try document.map { try ReportFormat.md.renderer.files(of: $0) } ?? []
    let text = files.first { $0.name == ReportFormat.md.file }?.text
    guard text == nil || (try? MappedFile.readText(path)) != text else { return }
    throw CannotStart(
      RunFailure(
        "the run would write over '\(path)', which \(text == nil ? "no run wrote" : "was edited"); move it away, or name "
          + "another folder with --output"
      )
    )
  }

  /// Copies what cells export to folders outside of the run, whether they were computed or cached.
  private func export(_ results: RunResults) throws {
    for (planned, outcome) in zip(plan.cells, results.outcomes) {
      let folder = planned.step.exportFolder(ArtifactOutlines(planned.edges, in: plan.cells))
      guard let folder else { continue }
      for file in outcome.entry.files {
        let target = FilePaths.join(FilePaths.join(folder, planned.outputFolder), file.name)
        try Folders.make(FilePaths.parent(of: target))
        try Folders.copy(FilePaths.join(outcome.filesFolder, file.name), to: target)
      }
      progress.line("      a copy of what '\(planned.id)' wrote is in \(folder)")
    }
  }

  private func write(_ results: RunResults, into directory: RunDirectory) throws {
    for (planned, outcome) in zip(plan.cells, results.outcomes) {
      for file in outcome.entry.files {
        let name = FilePaths.join(planned.outputFolder, file.name)
        let target = FilePaths.join(directory.staging, name)
        try Folders.make(FilePaths.parent(of: target))
        try Folders.link(FilePaths.join(outcome.filesFolder, file.name), to: target)
      }
    }
    let composer = ReportComposer(
      results: results,
      options: options,
      directory: directory.final,
      previous: directory.previous.flatMap { try? ReportDocument(folder: $0) },
      seedRuns: plan.cells.allSatisfy { $0.cell.claims.isEmpty }
        ? nil : SeedRuns(plan, RunStore(options.outputRoot).listing(of: plan.recipe.name).runs)
    )
    let document = composer.document(at: Double(time(nil)))
    // Those of the plan were told before anything ran.
    let told = plan.warnings.count { $0.cell == nil }
    for warning in document.warnings.dropFirst(told) { progress.warning(warning) }
    let record = try document.json
    try AtomicFile.write(record, to: FilePaths.join(directory.staging, ReportDocument.file))
    // Of the record, as every later report is: what that leaves out they leave out.
    for (name, text) in try ReportFormat.md.renderer.files(of: ReportDocument(json: record)) {
      let path = FilePaths.join(directory.staging, name)
      try Folders.make(FilePaths.parent(of: path))
      try AtomicFile.write(text, to: path)
    }
    try AtomicFile.write(results.metricsJSON, to: FilePaths.join(directory.staging, "metrics.json"))
    try AtomicFile.write(
      RecipeKeys.masked(composer.resolvedRecipe),
      to: FilePaths.join(directory.staging, "recipe.yaml")
    )
  }
}
