import Files
import Glibc
import Notebook
import Report

/// Runs trials of a study until there are no more: claims them, starts a process for each, and writes down what
/// became of those that could not do so themselves.
final class SweepWorker {
  /// Why it ended.
  enum Ending {
    case done, stopped, outOfTime
  }

  private let study: Study
  private let tools: StudyTools
  private let board: SweepBoard
  private let launcher: any TrialLauncher
  private let owner: WorkerID
  private var running: [any RunningTrial] = []
  private var timedOut: Set<Int> = []
  /// Seconds that were spent before, in earlier goes.
  private let spentBefore: Double
  private let started = ContinuousClock.now
  private var renewed = ContinuousClock.now

  init(_ study: Study, tools: StudyTools, board: SweepBoard) throws {
    self.study = study
    self.tools = tools
    self.board = board
    launcher = LocalLauncher(tools: tools)
    owner = try WorkerID.current()
    spentBefore = try study.ledger.note(SweepRecord.wallKey(.search)).flatMap(Double.init) ?? 0
  }

  private var settings: SweepSettings { study.definition.settings }

  /// How many trials run at once: as many as were asked for, but no more than there are threads.
  private var parallel: Int { max(1, min(study.definition.parallel, tools.options.threads)) }

  /// Seconds of this go.
  var seconds: Double { (ContinuousClock.now - started) / .seconds(1) }

  /// Runs trials of `purpose`; `propose` makes new ones.
  /// - Throws: `Interrupted` where the user asked to stop; what ran is put back and goes on another time.
  func run(_ purpose: TrialPurpose, propose: ([Trial]) throws -> [Trial]?) throws -> Ending {
    var ending = Ending.done
    while true {
      try renewLease()
      try collect(purpose)
      if try isStopping(purpose, &ending), purpose == .search || ending == .stopped { break }
      try fill(purpose, propose)
      if running.isEmpty {
        // Trials of other workers may yet come back.
        guard try study.ledger.trials(purpose: purpose).contains(where: { $0.state == .running }) else {
          break
        }
      }
      try board.draw(study.ledger.trials(purpose: purpose), purpose, at: seconds)
      usleep(running.isEmpty ? 300_000 : 30_000)
    }
    // What runs goes to its end where time is up; it was put back where the user asked to stop.
    while ending == .outOfTime, !running.isEmpty {
      do { try Cancellation.check() } catch {
        try putBack(purpose)
        throw error
      }
      try renewLease()
      try collect(purpose)
      usleep(30_000)
    }
    try board.draw(study.ledger.trials(purpose: purpose), purpose, at: seconds)
    return ending
  }

  /// Tells others, who cannot see this process, that it lives.
  private func renewLease() throws {
    guard ContinuousClock.now - renewed > .seconds(WorkerID.renewalSeconds) else { return }
    try study.ledger.renew(owner)
    renewed = ContinuousClock.now
  }

  /// Whether to stop: at an interrupt what runs is put back and the error thrown.
  private func isStopping(_ purpose: TrialPurpose, _ ending: inout Ending) throws -> Bool {
    do { try Cancellation.check() } catch {
      try putBack(purpose)
      throw error
    }
    if try study.ledger.isStopRequested {
      try putBack(purpose)
      ending = .stopped
      return true
    }
    if let cap = settings.timeCapSeconds, spentBefore + seconds >= cap {
      ending = .outOfTime
      return true
    }
    return false
  }

  private func fill(_ purpose: TrialPurpose, _ propose: ([Trial]) throws -> [Trial]?) throws {
    while running.count < parallel {
      guard let trial = try study.ledger.claim(worker: owner, purpose: purpose, propose: propose) else {
        return
      }
      running.append(
        launcher.start(trial, purpose, of: study, threads: max(1, tools.options.threads / parallel))
      )
    }
  }

  /// Takes in what has ended, and ends what has taken too long.
  private func collect(_ purpose: TrialPurpose) throws {
    for process in running {
      if let limit = settings.timeoutSeconds, process.seconds > limit, !timedOut.contains(process.number) {
        timedOut.insert(process.number)
        process.signal(SIGKILL)
      }
      guard let end = process.end else { continue }
      running.removeAll { $0 === process }
      try record(process, end, purpose)
      timedOut.remove(process.number)
    }
  }

  private func record(_ process: any RunningTrial, _ end: TrialEnd, _ purpose: TrialPurpose) throws {
    let ledger = study.ledger
    let trial = try ledger.trial(process.number, purpose: purpose)
    guard trial.state == .running else {
      board.ended(trial, purpose, shown: study.definition.shown)
      return
    }
    try ledger.addSeconds(process.seconds, to: trial.number, purpose: purpose)
    if end == .exited(130) { return try ledger.release(trial.number, by: owner, purpose: purpose) }
    let log = study.folder.log(trial.number, purpose)
    let failure = TrialFailure(
      end,
      isTimeout: timedOut.contains(trial.number) ? settings.timeoutSeconds : nil,
      log: log
    )
    if failure.mayPass, trial.attempts <= settings.retries {
      board.retried(trial, failure.reason)
      return try ledger.retry(trial.number, by: owner, reason: failure.reason, purpose: purpose)
    }
    try ledger.finish(
      trial.number,
      by: owner,
      TrialOutcome(.failed, reason: failure.reason),
      purpose: purpose
    )
    board.ended(try ledger.trial(trial.number, purpose: purpose), purpose, shown: study.definition.shown)
  }

  /// Ends what runs and puts it back to waiting, for another time; checkpoints stay.
  private func putBack(_ purpose: TrialPurpose) throws {
    for process in running { process.signal(SIGINT) }
    let deadline = ContinuousClock.now + .seconds(20)
    while !running.allSatisfy({ $0.end != nil }) {
      if ContinuousClock.now > deadline { for process in running { process.signal(SIGKILL) } }
      usleep(20_000)
    }
    for process in running {
      guard let trial = try? study.ledger.trial(process.number, purpose: purpose), trial.state == .running
      else { continue }
      try? study.ledger.release(process.number, by: owner, purpose: purpose)
    }
    running = []
  }
}
