import Files
import Glibc
import Notebook
import Report

/// One trial as the process that was started for it runs it: cells, values on the way, the result into the ledger.
package struct TrialRun {
  private let study: Study
  private let ledger: Ledger
  private let trial: Trial
  private let purpose: TrialPurpose
  private let tools: StudyTools
  private let owner: WorkerID
  private let started = ContinuousClock.now

  /// Opens the study and the trial. The process that started this one must have claimed it.
  package init(_ folder: StudyFolder, number: Int, purpose: TrialPurpose, tools: StudyTools) throws {
    let parent = getppid()
    owner = try WorkerID(process: parent)
    Self.endWith(parent)
    study = try Study(opening: folder, tools: tools)
    ledger = study.ledger
    trial = try ledger.trial(number, purpose: purpose)
    self.purpose = purpose
    self.tools = tools
  }

  /// Ends this process soon after the one that started it, however that ends.
  ///
  /// The kernel's own way (PR_SET_PDEATHSIG) goes by threads: it would end a trial when the thread that started it
  /// does, in a process that lives on.
  private static func endWith(_ parent: pid_t) {
    Task.detached(priority: .background) {
      while getppid() == parent { try? await Task.sleep(for: .milliseconds(100)) }
      kill(getpid(), SIGKILL)
    }
  }

  /// Runs it; what the cells throw but `Pruned` is thrown.
  package func run() throws {
    let plan = try study.plan(of: trial, purpose: purpose, tools: tools)
    var options = tools.options
    options.directory = study.folder.run(trial.number, purpose)
    options.command = ["towerbook", "sweep"]
    var last: Intermediate?
    if purpose == .search {
      options.onIntermediate = { value in
        last = value
        try self.hear(value, of: plan)
      }
    }
    do {
      let summary = try Runner(plan: plan, options: options, progress: ProgressReporter()).run()
      if purpose == .confirm { try keepUnitValues(of: plan, summary, options) }
      try finish(summary)
    } catch let pruned as Pruned {
      var outcome = TrialOutcome(.pruned, reason: pruned.description)
      outcome.seconds = seconds
      if let last { outcome.cellSeconds = [last.cell: last.seconds] }
      try ledger.finish(trial.number, by: owner, outcome, purpose: purpose)
    }
  }

  /// Keeps what the confirmed metrics are the means of, for settings to be compared user by user.
  private func keepUnitValues(of plan: Plan, _ summary: RunSummary, _ options: RunOptions) throws {
    let cache = StepCache(folder: Runner.cacheFolder(options)) { _ in }
    var kept = Bundle()
    let metrics = [
      (ConfirmedUnits.validation, study.definition.goals.first),
      (ConfirmedUnits.test, study.definition.confirmedMetric),
    ]
    for (name, goal) in metrics {
      let parts = goal?.metric.split(separator: ".", maxSplits: 1).map(String.init) ?? []
      guard parts.count == 2, let cell = plan.cells.first(where: { $0.id == parts[0] }),
        let record = summary.cellRecords.first(where: { $0.id == parts[0] }),
        let artifact = Digest(hexadecimal: record.key).flatMap(cache.artifact),
        let values = try cell.step.unitValues(of: parts[1], in: artifact)
      else { continue }
      kept.add("\(name).ids", values.ids)
      kept.add("\(name).values", values.values)
    }
    try BundleFile.write(kept, to: study.folder.units(trial.number))
  }

  /// Seconds since the process began with the trial.
  private var seconds: Double { (ContinuousClock.now - started) / .seconds(1) }

  private func hear(_ value: Intermediate, of plan: Plan) throws {
    try ledger.record(intermediate: value.step, value: value.value, of: trial.number, purpose: purpose)
    guard let pruner = study.definition.pruner, let measure = plan.progressMetric(of: value.cell) else {
      return
    }
    let all = try ledger.trials()
    guard var own = all.first(where: { $0.number == trial.number }) else { return }
    own.intermediates.removeAll { $0.step > value.step }  // of an attempt that was broken off later
    let others = all.filter { $0.number != trial.number }
    let goal = Goal(measure, of: value.cell)
    if case .prune(let reason) = pruner.verdict(on: own, among: others, goal: goal) { throw Pruned(reason) }
  }

  private func finish(_ summary: RunSummary) throws {
    var metrics: [String: Double] = [:]
    for metric in summary.metrics { metrics[metric.name] = metric.value }
    let values = study.definition.goals.compactMap { metrics[$0.metric] }
    let isWhole = values.count == study.definition.goals.count && values.allSatisfy(\.isFinite)
    var outcome = TrialOutcome(isWhole ? .complete : .failed)
    outcome.values = isWhole ? values : nil
    outcome.metrics = metrics
    if !isWhole {
      let missing = study.definition.goals.first { !(metrics[$0.metric]?.isFinite ?? false) }?.metric ?? ""
      outcome.reason = "the metric \(missing) came out as no number"
    }
    for cell in summary.cellRecords {
      outcome.cellKeys[cell.id] = cell.key
      if !cell.isCached { outcome.cellSeconds[cell.id] = cell.seconds }
    }
    let saved = summary.cellRecords.filter(\.isCached).reduce(0) { $0 + $1.seconds }
    outcome.metrics[Self.savedKey] = saved
    outcome.seconds = seconds
    try ledger.finish(trial.number, by: owner, outcome, purpose: purpose)
  }

  /// Under which name a trial's metrics hold the seconds that it was spared by the cache.
  static let savedKey = "sweep.seconds_shared"
}
