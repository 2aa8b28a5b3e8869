import Files
import Report

/// The cells of one run being executed: from the cache where it has them, by their steps elsewhere.
final class Execution {
  private let plan: Plan
  private let keys: [CellKeys]
  private let cache: StepCache
  private let options: RunOptions
  private let progress: ProgressReporter
  private let shared = SharedWork()
  private let clock = ContinuousClock()
  private var live: [Int: any Artifact] = [:]
  private var outcomes: [Int: CellOutcome] = [:]
  private var forced: Set<Int>
  private var sizes: PlanSizes
  private let history: WorkHistory

  init(plan: Plan, keys: [CellKeys], cache: StepCache, options: RunOptions, progress: ProgressReporter) {
    self.plan = plan
    self.keys = keys
    self.cache = cache
    self.options = options
    self.progress = progress
    sizes = PlanSizes(plan)
    history = WorkHistory(cache: cache.folder)
    let first = options.force ? 0 : options.from.flatMap { plan.position(of: $0) } ?? plan.cells.count
    forced = Set(first..<plan.cells.count)
  }

  /// Executes all cells in order.
  /// - Throws: ``StepFailed``, ``Interrupted``.
  func run() throws -> [CellOutcome] {
    for position in plan.cells.indices {
      try Cancellation.check()
      progress.begin(cell: plan.cells[position].id, position: position, of: plan.cells.count)
      let outcome = try recording(position) { try self.outcome(at: position) }
      outcomes[position] = outcome
      progress.end(seconds: outcome.entry.seconds, cached: outcome.isCached, summary: outcome.entry.summary)
      release(after: position)
    }
    return plan.cells.indices.compactMap { outcomes[$0] }
  }

  /// Writes down what the cell took, where it was run from its beginning to its end.
  private func recording(_ position: Int, _ body: () throws -> CellOutcome) throws -> CellOutcome {
    let forecast = sizes.forecast(position)
    let key = keys[position].compute
    let isResumed = CheckpointStore(folder: cache.folder, key: key) { _ in }.exists
    let before = ProcessPeak.bytes ?? .infinity
    let outcome = try body()
    let metrics = outcome.entry.metrics
    sizes.measured(metrics, forecast, at: position)
    guard let forecast, !outcome.isCached, !isResumed || forced.contains(position) else { return outcome }
    let peak = ProcessPeak.bytes ?? 0
    history.add(
      WorkRecord(
        step: type(of: plan.cells[position].step).name,
        host: WorkHistory.host,
        threads: options.threads,
        forecast: forecast,
        seconds: outcome.entry.seconds,
        peak: peak > before ? peak : nil,
        disk: Double(Folders.size(of: cache.entryFolder(key))),
        sizes: sizes.sizes(metrics, at: position)
      )
    )
    return outcome
  }

  private func outcome(at position: Int) throws -> CellOutcome {
    if let kept = kept(at: position) {
      // Who listens hears of it as if it had run: whether a trial is stopped must not depend on the cache.
      for intermediate in kept.told {
        var heard = intermediate
        heard.cell = plan.cells[position].id
        try options.onIntermediate?(heard)
      }
      return CellOutcome(entry: kept.entry, isCached: true, filesFolder: filesFolder(position))
    }
    return try compute(position)
  }

  /// What the cache has of a cell, and what that told on the way; nil where it has to run.
  private func kept(at position: Int) -> (entry: CacheEntry, told: [Intermediate])? {
    let key = keys[position].compute
    guard !forced.contains(position), let entry = cache.entry(key) else { return nil }
    let told = entry.intermediates ?? []
    guard options.intermediateUnits != .none, plan.cells[position].step.progressMetric?.hasUnits == true
    else {
      return (entry, told)
    }
    if let whole = IntermediateUnitsFile.read(told, from: cache.entryFolder(key)) { return (entry, whole) }
    return options.intermediateUnits == .needed ? nil : (entry, told)
  }

  private func filesFolder(_ position: Int) -> String {
    FilePaths.join(cache.entryFolder(keys[position].compute), "files")
  }

  /// Runs a step under its lock and keeps the result. Another run that was at the same step may have
  /// left the result by the time the lock is free.
  private func compute(_ position: Int) throws -> CellOutcome {
    let key = keys[position].compute
    let id = plan.cells[position].id
    let lock = try FileLock(cache.computingLock(key)) {
      progress.line("waiting for another run that is at the same '\(id)'")
    }
    defer { withExtendedLifetime(lock) {} }
    if let kept = kept(at: position) {
      return CellOutcome(entry: kept.entry, isCached: true, filesFolder: filesFolder(position))
    }
    let filling = try cache.begin()
    do {
      let outcome = try execute(position, in: filling)
      forced.remove(position)
      return outcome
    } catch {
      try? Folders.remove(filling.path)
      if error is Pruned { CheckpointStore(folder: cache.folder, key: key) { _ in }.clear() }
      if error is Interrupted || error is StepFailed || error is Pruned { throw error }
      throw StepFailed(cell: id, reason: error)
    }
  }

  private func execute(_ position: Int, in filling: StagingFolder) throws -> CellOutcome {
    let planned = plan.cells[position]
    let key = keys[position].compute
    let checkpoints = CheckpointStore(folder: cache.folder, key: key) { [progress] in progress.warning($0) }
    if forced.contains(position) { checkpoints.clear() }
    progress.compute()
    let context = RunContext(
      cell: planned,
      folder: filling.path,
      surroundings: .init(
        threads: options.threads,
        progress: progress,
        checkpoints: checkpoints,
        outlines: ArtifactOutlines(plan.cells[position].edges, in: plan.cells),
        fileParts: FilePartStore(folder: cache.folder, isForced: forced.contains(position)) {
          [progress] in progress.warning($0)
        },
        inputs: keys[position].inputs,
        recipe: plan.ancestry(of: position),
        laterDemands: laterDemands(after: position),
        shared: shared,
        work: WorkStore(cache: cache, progress: progress, isForced: forced.contains(position)),
        onIntermediate: options.onIntermediate,
        hearsUnits: options.intermediateUnits != .none
      ),
      readArtifact: { try self.artifact(for: $0, of: position) },
      keyOf: { input in self.producer(of: input, for: position).map { "\(self.keys[$0].artifact)" } ?? "" },
      metricsOf: { input in
        self.producer(of: input, for: position).flatMap { self.outcomes[$0]?.entry.metrics } ?? []
      }
    )
    let start = clock.now
    let blocks = try planned.step.run(in: context)
    let seconds = (clock.now - start) / .seconds(1)
    try refuseChanged(keys[position].inputs)
    let files = try context.fileNames.map { name in
      let path = FilePaths.join(FilePaths.join(filling.path, "files"), name)
      return CacheEntry.File(
        name: name,
        size: FilePaths.size(of: path) ?? 0,
        digest: try Digest(contentsOf: path)
      )
    }
    let entry = CacheEntry(
      step: type(of: planned.step).name,
      blocks: blocks,
      metrics: context.metrics,
      files: files,
      artifact: nil,
      seconds: seconds,
      intermediates: context.intermediates.isEmpty ? nil : context.intermediates,
      summary: context.summary,
      highlights: context.highlights,
      headline: context.headline,
      measuredUnder: context.measuredUnder,
      protocolPoints: context.protocolPoints.isEmpty ? nil : context.protocolPoints
    )
    if options.intermediateUnits != .none {
      try IntermediateUnitsFile.write(context.intermediates, into: filling.path)
    }
    // One that stands there without units that are needed gives way as well.
    if forced.contains(position) || options.intermediateUnits == .needed { try cache.remove(key) }
    try cache.commit(filling, as: key, entry: entry, artifact: try context.written?.bundle())
    // What is files is where they were put now.
    let isHeld = !plan.readers(of: position).isEmpty && !(context.written is any FilesArtifact)
    if isHeld, !isLarge(position) { live[position] = context.written }
    checkpoints.clear()
    return CellOutcome(entry: entry, isCached: false, filesFolder: filesFolder(position))
  }

  /// What was made of a file that was written to since its digest was taken may be of another content than it is kept under.
  /// - Throws: ``RunFailure``.
  private func refuseChanged(_ inputs: [InputDigest]) throws {
    for input in inputs {
      let now = FileStamp(input.file.absolute)
      guard now != input.stamp else { continue }
      let what = now == nil ? "is gone since the run began" : "was written to since the run began"
      throw RunFailure("'\(input.file.shown)' \(what): what was read of it may be of both; run again")
    }
  }

  /// What the cells below that will run want of the same artifacts that the cell at `position` reads, told as demands
  /// on its own inputs.
  private func laterDemands(after position: Int) -> [ArtifactDemand] {
    let own = plan.cells[position].edges
    return plan.cells.indices[(position + 1)...].filter(willRun).flatMap { later in
      plan.cells[later].step.demands.compactMap { demand in
        let producer = producer(of: demand.input, for: later)
        return own.first { $0.producer == producer && $0.input.kind == demand.input.kind }
          .map { ArtifactDemand(demand.amount, demand.what, of: $0.input) }
      }
    }
  }

  private func willRun(_ position: Int) -> Bool {
    forced.contains(position) || !cache.has(keys[position].compute)
  }

  private func producer(of input: ArtifactInput, for position: Int) -> Int? {
    plan.cells[position].edges.first { $0.input == input }?.producer
  }

  /// The artifact behind an input: from memory, from the cache, or by running its step again where the
  /// cache has lost it.
  private func artifact(for input: ArtifactInput, of position: Int) throws -> (any Artifact)? {
    guard let producer = producer(of: input, for: position) else { return nil }
    if let artifact = live[producer] { return artifact }
    for attempt in 0..<2 {
      if attempt > 0 { _ = try compute(producer) }
      if let artifact = live[producer] { return artifact }
      guard let bundle = cache.artifact(keys[producer].compute) else { continue }
      guard let type = options.artifacts.first(where: { $0.kind == input.kind }) else { break }
      do {
        let artifact = try type.init(bundle: bundle)
        if !isLarge(producer) { live[producer] = artifact }
        return artifact
      } catch {
        cache.discard(keys[producer].compute, because: "\(error)")
      }
    }
    throw RunFailure("the result of '\(plan.cells[producer].id)' cannot be read back")
  }

  /// Lets go of what no later cell reads.
  private func release(after position: Int) {
    for held in live.keys where (plan.readers(of: held).last ?? -1) <= position { live[held] = nil }
  }

  /// Whether the result of the cell at `position` is larger than what is held: who needs it reads it from the cache, which takes
  /// a fraction of the time that it took to make, and lets go of what it does not need.
  private func isLarge(_ position: Int) -> Bool {
    FilePaths.size(of: cache.artifactPath(of: keys[position].compute)) ?? 0 > options.heldBytes
  }
}
