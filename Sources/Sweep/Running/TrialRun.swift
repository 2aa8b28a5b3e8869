import Files
import Glibc
import Notebook
import Recipe
import Report

/// One trial as the process that was started for it runs it: cells, values on the way, the result, all told through its
/// folder (``TrialPost``).
package struct TrialRun {
  private let post: TrialPost
  private let order: TrialOrder
  private let definition: StudyDefinition
  private let tools: StudyTools
  private let teller: TrialTeller
  private let started = ContinuousClock.now

  /// Opens the trial whose folder is at `path`; nil where nobody wants it any more.
  /// - Throws: `FileError`, `RecipeErrors`, `RunFailure` where the recipe is not what it was.
  package init?(_ path: String, tools: StudyTools) throws {
    post = TrialPost(path)
    teller = TrialTeller(post)
    self.tools = tools
    guard post.word == .goOn else { return nil }
    order = try CodableJSON.value(TrialOrder.self, from: try MappedFile.readText(post.order))
    if let parent = order.parent, getppid() != parent { return nil }
    try teller.say(.began(host: Self.host, process: getpid(), at: LedgerClock.now()))
    Self.watch(post, order, teller)
    do {
      definition = try Self.definition(order, tools)
    } catch {
      try Self.fail(error, post, teller)
      throw error
    }
  }

  /// The machine's name, where need be as Slurm calls it: it may see several on one.
  private static var host: String {
    ProcessEnvironment.variables["SLURMD_NODENAME"]
      ?? ProcessTable.host().split(separator: " ").first.map(String.init) ?? ""
  }

  private static func definition(_ order: TrialOrder, _ tools: StudyTools) throws -> StudyDefinition {
    let recipe = order.recipe.isEmpty ? nil : order.recipe
    let definition = try Study.define(recipe, order.overrides, tools).definition
    guard "\(definition.digest)" == order.digest else { throw Study.isAnother(order.recipe) }
    return definition
  }

  /// Looks for a word, says that the trial lives, and ends this process soon after the one that it belongs to, however that
  /// ends.
  ///
  /// The kernel's own way for the last (PR_SET_PDEATHSIG) goes by threads: it would end a trial when the thread that started
  /// it does, in a process that lives on.
  private static func watch(_ post: TrialPost, _ order: TrialOrder, _ teller: TrialTeller) {
    Task.detached(priority: .background) {
      var said = ContinuousClock.now
      while true {
        try? await Task.sleep(for: .seconds(order.watchSeconds))
        if let parent = order.parent, getppid() != parent { kill(getpid(), SIGKILL) }
        if let word = post.word, word != .goOn { Cancellation.request() }
        guard ContinuousClock.now - said >= .seconds(order.beatSeconds) else { continue }
        said = ContinuousClock.now
        try? teller.say(.beat(at: LedgerClock.now()))
      }
    }
  }

  /// Runs it; what the cells throw but `Pruned` is thrown.
  package func run() throws {
    do { try finish(try execute()) } catch is Pruned {
      try teller.say(.stopped(at: LedgerClock.now()))
    } catch let changed as ChangedInputs {
      // Whoever leads the study finds which it was, and ends it.
      var outcome = TrialOutcome(.failed, reason: "\(changed)")
      outcome.inputs = changed.inputs
      try Self.end(outcome, post, teller)
    } catch let interrupted as Interrupted {
      try teller.say(.stopped(at: LedgerClock.now()))
      guard case .prune = post.word else { throw interrupted }
      // Nobody goes on with it.
      forgetCheckpoints()
    } catch {
      try Self.fail(error, post, teller)
      throw error
    }
  }

  private func plan() throws -> Plan {
    try definition.plan(
      of: order.trial,
      purpose: order.purpose,
      recipe: order.recipe,
      overrides: order.overrides,
      tools
    )
  }

  private func execute() throws -> RunSummary {
    let plan = try plan()
    var options = tools.options
    options.directory = StudyFolder(order.study).run(order.trial.number, order.purpose)
    options.command = ["towerbook", "sweep"]
    options.onInputs = { [order] inputs in
      let inputs = inputs.mapValues { "\($0)" }
      guard Ledger.changed(inputs, since: order.inputs) != nil else { return }
      throw ChangedInputs(inputs: inputs)
    }
    if order.purpose == .search {
      options.intermediateUnits = definition.isRacing ? .needed : .kept
      options.onIntermediate = hear
    }
    let summary = try Runner(plan: plan, options: options, progress: ProgressReporter()).run()
    if order.purpose == .confirm { try keepUnitValues(of: plan, summary, options) }
    return summary
  }

  private func hear(_ value: Intermediate) throws {
    if definition.isRacing, let units = value.units {
      // Before the value, as its leader looks for these when it hears that.
      try EpochUnits(folder: StudyFolder(order.study)).keep(units, of: order.trial.number, epoch: value.step)
    }
    try teller.say(
      .value(
        cell: value.cell,
        step: value.step,
        value: value.value,
        cellSeconds: value.seconds,
        seconds: seconds
      )
    )
    switch post.word {
    case .prune(let reason): throw Pruned(reason)
    case .stop: throw Interrupted()
    case .goOn, nil: break
    }
  }

  private func forgetCheckpoints() {
    guard let keys = try? plan().keys() else { return }
    for key in keys {
      CheckpointStore(folder: Runner.cacheFolder(tools.options), key: key.compute) { _ in }.clear()
    }
  }

  /// Keeps what the confirmed metrics are the means of, for settings to be compared user by user.
  private func keepUnitValues(of plan: Plan, _ summary: RunSummary, _ options: RunOptions) throws {
    let cache = StepCache(folder: Runner.cacheFolder(options)) { _ in }
    var kept = Bundle()
    let metrics = [
      (ConfirmedUnits.validation, definition.goals.first),
      (ConfirmedUnits.test, definition.confirmedMetric),
    ]
    for (name, goal) in metrics {
      let parts = goal?.metric.split(separator: ".", maxSplits: 1).map(String.init) ?? []
      guard parts.count == 2, let cell = plan.cell(parts[0]),
        let record = summary.cellRecords.first(where: { $0.id == parts[0] }),
        let artifact = Digest(hexadecimal: record.key).flatMap(cache.artifact),
        let values = try cell.step.unitValues(of: parts[1], in: artifact)
      else { continue }
      kept.add("\(name).ids", values.ids)
      kept.add("\(name).values", values.values)
    }
    try BundleFile.write(kept, to: StudyFolder(order.study).units(order.trial.number))
  }

  /// Seconds since the process began with the trial.
  private var seconds: Double { (ContinuousClock.now - started) / .seconds(1) }

  private func finish(_ summary: RunSummary) throws {
    var metrics: [String: Double] = [:]
    for metric in summary.metrics { metrics[metric.name] = metric.value }
    let values = definition.goals.compactMap { metrics[$0.metric] }
    let isWhole = values.count == definition.goals.count && values.allSatisfy(\.isFinite)
    var outcome = TrialOutcome(isWhole ? .complete : .failed)
    outcome.values = isWhole ? values : nil
    outcome.metrics = metrics
    if !isWhole {
      let missing = definition.goals.first { !(metrics[$0.metric]?.isFinite ?? false) }?.metric ?? ""
      outcome.reason = "the metric \(missing) came out as no number"
    }
    outcome.inputs = summary.inputs.mapValues { "\($0)" }
    for cell in summary.cellRecords {
      outcome.cellKeys[cell.id] = cell.key
      if !cell.isCached { outcome.cellSeconds[cell.id] = cell.seconds }
    }
    let saved = summary.cellRecords.filter(\.isCached).reduce(0) { $0 + $1.seconds }
    outcome.metrics[Self.savedKey] = saved
    outcome.seconds = seconds
    try Self.end(outcome, post, teller)
  }

  /// Leaves what went wrong as the result: who handed the trial over may not learn the exit code. Where a disk is full the trial
  /// has none: another time it goes on.
  private static func fail(_ error: any Error, _ post: TrialPost, _ teller: TrialTeller) throws {
    if error is Interrupted || DiskFailure.isOne(error) { return }
    let text = Secrets.masked((error as? RecipeErrors)?.diagnostics.first?.message ?? "\(error)")
    try end(TrialOutcome(.failed, reason: FailureReason.oneLine(text)), post, teller)
  }

  private static func end(_ outcome: TrialOutcome, _ post: TrialPost, _ teller: TrialTeller) throws {
    try AtomicFile.write(to: post.end, synchronized: true) {
      try $0.append(try CodableJSON.text(outcome, indented: true) + "\n")
    }
    try teller.say(.ended(at: LedgerClock.now()))
  }

  /// Under which name a trial's metrics hold the seconds that it was spared by the cache.
  static let savedKey = "sweep.seconds_shared"
}
