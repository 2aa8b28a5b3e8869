import Files
import Glibc
import Notebook
import Recipe
import Report

/// A sweep from its first trial to its report.
package struct Sweep {
  private let study: Study
  private let tools: StudyTools
  private let isQuiet: Bool

  /// Takes a study that is open.
  package init(_ study: Study, tools: StudyTools, isQuiet: Bool = false) {
    self.study = study
    self.tools = tools
    self.isQuiet = isQuiet
  }

  /// What is said before the start.
  package func announcement() throws -> [String] {
    try SharingPlan(study, tools: tools).lines + LaunchPlan(study, tools: tools).lines
  }

  /// Runs what is left of the search, confirms the winners, and writes the report.
  /// - Returns: the report's path.
  /// - Throws: `Interrupted`, `LedgerError`, `FileError`.
  package func run(command: [String]) throws -> String {
    try study.refuseChangedInputs(tools)
    let launcher = try self.launcher()
    try study.ledger.clearStop()
    study.folder.removeLeftovers()
    try study.folder.removeEndedJobs(study.ledger)
    let proposals = Proposals(definition: study.definition, baseSeed: study.baseSeed)
    let cap = study.definition.cap * study.definition.settings.seeds
    let worker = try SweepWorker(study, tools: tools, launcher: launcher, board: board(total: cap))
    var ending = SweepWorker.Ending.done
    do {
      ending = try keepingTime(of: worker, .search) { try worker.run(.search, propose: proposals.next) }
      if ending == .outOfTime, try isAllTried(proposals) { ending = .done }
      try announceSettled(proposals)
      if ending != .stopped { try confirm(proposals, launcher, ending: &ending) }
    } catch {
      _ = try? writeReport(command: command, .stopped)
      throw error
    }
    // What was at its end as its folder was taken away may have written into it.
    try study.folder.removeEndedJobs(study.ledger)
    return try writeReport(command: command, StudyFacts.Ending(ending))
  }

  /// The launcher of the study's trials.
  /// - Throws: `CannotStart` where it cannot be used, or another process leads a study that has one leader alone.
  private func launcher() throws -> any TrialLauncher {
    do {
      let launcher = try Launchers.launcher(of: study)
      if !launcher.traits.isLocal { try refuseSecondLeader() }
      try launcher.check()
      return launcher
    } catch let error as LaunchError { throw CannotStart(error.description) }
  }

  /// The ledger is one process's alone where trials run on other machines: what two write to it over a network file system may
  /// be lost.
  private func refuseSecondLeader() throws {
    guard let other = try study.ledger.workers().first(where: { $0.id.process != getpid() }) else { return }
    let host = other.id.host.split(separator: " ").first ?? ""
    let silent = max(0, LedgerClock.now() - other.seen)
    throw CannotStart(
      "process \(other.id.process) on \(host) leads this study, and was heard of \(NumberFormat.duration(seconds: silent)) ago; "
        + "if it is dead, another may do so \(NumberFormat.duration(seconds: WorkerID.leaseSeconds)) after it was last heard of"
    )
  }

  /// What is wrong with a search of which nothing came: every trial failed. Nil where some trial has a value, was stopped early or
  /// is yet to end.
  package func failure() throws -> RunFailure? { Self.failure(try study.ledger.trials()) }

  static func failure(_ trials: [Trial]) -> RunFailure? {
    guard let first = trials.first, trials.allSatisfy({ $0.state == .failed }) else { return nil }
    let all = trials.count == 1 ? "the only trial" : "all \(trials.count) trials"
    let reason = first.reason.map { "; the first: \(FailureReason.oneLine($0))" } ?? ""
    return RunFailure("\(all) failed, and there is no best setting\(reason)")
  }

  /// Works on a study that another process has begun, without a report at the end.
  package func work() throws {
    guard study.definition.settings.launcher.map({ $0.kind == .local }) ?? true else {
      throw CannotStart(
        "a study whose trials run elsewhere has one process that leads it, and no workers; 'towerbook sweep resume' goes on with it"
      )
    }
    try study.refuseChangedInputs(tools)
    let proposals = Proposals(definition: study.definition, baseSeed: study.baseSeed)
    let cap = study.definition.cap * study.definition.settings.seeds
    let worker = try SweepWorker(
      study,
      tools: tools,
      launcher: LocalLauncher(),
      board: board(total: cap)
    )
    if try worker.run(.search, propose: proposals.next) == .stopped {
      StandardError.line(
        "the study is asked to stop, and nothing of it is begun; 'towerbook sweep resume' goes on with it"
      )
    }
  }

  /// Whether the search has nothing left to try.
  private func isAllTried(_ proposals: Proposals) throws -> Bool {
    let trials = try study.ledger.trials()
    let groups = Proposals.groups(trials)
    let isOpen = trials.contains { $0.state == .waiting || $0.state == .running }
    return !isOpen && (groups.count >= study.definition.cap || proposals.isSettled(groups))
  }

  /// Says that the search ended by itself, where it did.
  private func announceSettled(_ proposals: Proposals) throws {
    let groups = Proposals.groups(try study.ledger.trials())
    guard !isQuiet, groups.count < study.definition.cap, proposals.isSettled(groups) else { return }
    StandardError.line(
      "the search is settled after \(groups.count) of \(study.definition.cap) settings: nothing left is likely to win"
    )
  }

  private func confirm(
    _ proposals: Proposals,
    _ launcher: any TrialLauncher,
    ending: inout SweepWorker.Ending
  ) throws {
    guard study.definition.confirmedMetric != nil else { return }
    let top = proposals.confirmed(try study.ledger.trials()).settings
    guard !top.isEmpty else { return }
    let total = top.count * proposals.freshSeeds.count
    let worker = try SweepWorker(study, tools: tools, launcher: launcher, board: board(total: total))
    let confirmed = try keepingTime(of: worker, .confirm) {
      try worker.run(.confirm) { proposals.nextConfirming(top, after: $0) }
    }
    if confirmed == .stopped { ending = .stopped }
  }

  private func board(total: Int) -> SweepBoard {
    SweepBoard(goal: study.definition.goals.first, total: total, isQuiet: isQuiet)
  }

  /// Adds the time that `body` takes to what the study has taken so far, also where it is broken off or killed.
  private func keepingTime<T>(
    of worker: SweepWorker,
    _ purpose: TrialPurpose,
    _ body: () throws -> T
  ) throws -> T {
    let clock = try SweepClock(study.ledger, purpose)
    worker.clock = clock
    defer { clock.note() }
    return try body()
  }

  /// Writes the report, its plots, the best recipe and the tables into the study's folder.
  /// - Returns: the report's path.
  private func writeReport(command: [String], _ ending: StudyFacts.Ending) throws -> String {
    try StudyWriter(study, tools: tools).write(command: command, ending: ending)
    return study.folder.report
  }
}

extension StudyFacts.Ending {
  /// What a report says of how the work on the search ended.
  init(_ ending: SweepWorker.Ending) {
    self =
      switch ending {
      case .done: .complete
      case .stopped: .stopped
      case .outOfTime: .outOfTime
      }
  }
}
