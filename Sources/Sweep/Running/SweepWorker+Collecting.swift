import Files
import Notebook
import Report

extension SweepWorker {
  /// So long the files of a job that has ended may take to be seen here, in seconds.
  private static let fileSeconds = 5.0
  /// So long an engine may take to know a job that it has taken, in seconds.
  private static let missingSeconds = 20.0

  /// Takes in what trials tell, and what has ended; ends what has taken too long.
  func collect(_ purpose: TrialPurpose) throws {
    desk.poll(running)
    for trial in running where !trial.isFresh {
      for told in trial.news() { try hear(told, trial) }
      if let limit = settings.timeoutSeconds, trial.seconds > limit, !trial.isTimedOut {
        trial.isTimedOut = true
        trial.tell(.stop)
        desk.cancel([trial])
      }
      guard let end = try conclusion(trial) else { continue }
      running.removeAll { $0 === trial }
      try settle(trial, end)
    }
  }

  /// What a trial's attempt came to.
  enum Conclusion {
    case result(TrialOutcome)
    /// Without a result; nil where its machine vanished.
    case nothing(JobEnd?)
  }

  /// What a trial's attempt came to; nil while it may yet come to something.
  func conclusion(_ trial: LaunchedTrial) throws -> Conclusion? {
    // An attempt that was found, with no job that is known, has left its result.
    let mayHaveResult =
      trial.hasEnded || trial.endedSince != nil || trial.missingSince != nil || trial.id == nil
    if mayHaveResult {
      do { if let outcome = try trial.post.outcome() { return .result(outcome) } } catch {
        return .result(TrialOutcome(.failed, reason: "its result cannot be read: \(error)"))
      }
    }
    let now = ContinuousClock.now
    func isOver(_ since: ContinuousClock.Instant?, _ seconds: Double) -> Bool {
      since.map { now - $0 >= .seconds(seconds) } ?? false
    }
    if case .ended(let end) = trial.state {
      // What it wrote last may be on its way.
      let isSeen = launcher.traits.isLocal || trial.hasStopped || isOver(trial.endedSince, Self.fileSeconds)
      return isSeen ? .nothing(end) : nil
    }
    if trial.hasStopped, trial.word != .goOn, !launcher.traits.isLocal { return .nothing(.exited(0)) }
    if isOver(trial.missingSince, Self.missingSeconds) {
      return .nothing(.unknown("it knows the job no more"))
    }
    // Of what has not begun, or waits again, silence says nothing.
    guard !launcher.traits.isLocal, trial.firstBegan != nil, isOver(trial.heard, WorkerID.leaseSeconds) else {
      return nil
    }
    switch trial.state {
    case .waiting, .ended: return nil
    case .running, nil: break
    }
    // The engine's word, where it can be asked, is worth more than silence.
    if now - desk.lastAnswer < .seconds(WorkerID.leaseSeconds) {
      sayThatItIsSilent(trial)
      return nil
    }
    return .nothing(nil)
  }

  private func sayThatItIsSilent(_ trial: LaunchedTrial) {
    guard !trial.isSilenceTold, case .running(let node) = trial.state else { return }
    trial.isSilenceTold = true
    board.line(
      "nothing was heard of trial \(trial.number) for \(NumberFormat.duration(seconds: WorkerID.leaseSeconds)); "
        + "\(launcher.name) says that it runs\(node.map { " on \($0)" } ?? "")"
    )
  }

  private func hear(_ told: TrialTold, _ trial: LaunchedTrial) throws {
    switch told {
    case .began: try desk.note(trial)
    case .value(let cell, let step, let value, let cellSeconds, let seconds):
      guard trial.purpose == .search, trial.word == .goOn else { return }
      try study.ledger.record(intermediate: step, value: value, of: trial.number)
      guard let reason = try verdict(trial, cell: cell, step: step) else { return }
      var outcome = TrialOutcome(.pruned, reason: reason)
      outcome.seconds = seconds
      outcome.cellSeconds = [cell: cellSeconds]
      outcome.metrics[PrunedCost.paceKey] = trial.pace.seconds
      try study.ledger.finish(trial.number, by: owner, outcome)
      trial.tell(.prune(reason))
    case .beat, .stopped, .ended: break
    }
  }

  /// Why a trial should end after its value at `step`; nil where it goes on.
  private func verdict(_ trial: LaunchedTrial, cell: String, step: Int) throws -> String? {
    guard let pruner = study.pruner else { return nil }
    let plan = try trial.plan ?? study.plan(of: trial.trial, purpose: trial.purpose, tools: tools)
    trial.plan = plan
    guard let measure = plan.progressMetric(of: cell) else { return nil }
    let all = try study.ledger.trials()
    guard var own = all.first(where: { $0.number == trial.number }) else { return nil }
    own.intermediates.removeAll { $0.step > step }  // of an attempt that was broken off later
    let rule = StoppingRule(pruner: pruner, goal: Goal(measure, of: cell), epochs: measure.length)
    return rule.reason(for: own, among: all)
  }

  func settle(_ launched: LaunchedTrial, _ end: Conclusion) throws {
    let (ledger, purpose) = (study.ledger, launched.purpose)
    // Whatever was told last comes before what came of it.
    for told in launched.news() { try hear(told, launched) }
    try desk.note(launched)
    let trial = try ledger.trial(launched.number, purpose: purpose)
    if trial.state == .running {
      switch end {
      case .result(let outcome):
        if let changed = try ledger.add(inputs: outcome.inputs ?? [:]) {
          try putBackAll(launched, trial)
          throw RunFailure(ChangedInputs.refusal(changed))
        }
        var timed = outcome
        timed.metrics[PrunedCost.paceKey] = launched.pace.seconds
        try ledger.finish(trial.number, by: owner, timed, purpose: purpose)
      case .nothing(let how):
        if try !settleWithoutResult(launched, trial, how) { return launched.post.remove() }
      }
    } else if trial.state == .pruned {
      // It may have come to its end before it was told.
      try? Folders.remove(study.folder.run(trial.number, purpose))
    }
    launched.post.remove()
    clock?.note()
    board.ended(try ledger.trial(trial.number, purpose: purpose), purpose, shown: study.definition.shown)
  }

  /// Puts a trial that came to nothing back, and all others, where none can go on now.
  private func putBackAll(_ launched: LaunchedTrial, _ trial: Trial) throws {
    try study.ledger.release(trial.number, by: owner, purpose: launched.purpose)
    launched.post.remove()
    running.removeAll { $0 === launched }
    try putBack(launched.purpose)
  }

  /// Puts the trial back where it goes on or another attempt may do better; else ends it, and gives true.
  private func settleWithoutResult(_ launched: LaunchedTrial, _ trial: Trial, _ how: JobEnd?) throws -> Bool {
    let (ledger, purpose) = (study.ledger, launched.purpose)
    try ledger.addSeconds(launched.seconds, to: trial.number, purpose: purpose)
    let failure = TrialFailure(
      how,
      timeout: launched.isTimedOut ? settings.timeoutSeconds : nil,
      hasStopped: launched.hasStopped,
      hasProgressed: launched.hasProgressed,
      launcher: launcher.name,
      log: study.folder.log(trial.number, purpose)
    )
    // Should it yet live it finds that nobody wants it.
    launched.tell(.stop)
    if how == nil { desk.cancel([launched]) }
    switch failure.sequel {
    case .goesOn:
      try ledger.release(trial.number, by: owner, purpose: purpose)
      return false
    case .waitsForDisk:
      try putBackAll(launched, trial)
      throw RunFailure(
        "trial \(trial.number) could not write: \(failure.reason); its trials wait, and the same command goes on with them "
          + "where there is room"
      )
    case .mayPass where trial.attempts <= settings.retries:
      board.retried(trial, failure.reason)
      try ledger.retry(trial.number, by: owner, reason: failure.reason, purpose: purpose)
      return false
    case .mayPass, .final:
      try ledger.finish(
        trial.number,
        by: owner,
        TrialOutcome(.failed, reason: failure.reason),
        purpose: purpose
      )
      return true
    }
  }
}
