import Files
import Glibc
import Notebook
import Report

/// Leads trials of a study until there are no more: claims them, hands them to the launcher, judges what they tell on the way
/// and writes down what becomes of them. It alone has the ledger.
final class SweepWorker {
  /// Why it ended.
  enum Ending {
    case done, stopped, outOfTime
  }

  let study: Study
  let board: SweepBoard
  let desk: TrialDesk
  let owner: WorkerID
  let tools: StudyTools
  private let gate: SharedCells
  var running: [LaunchedTrial] = []
  /// Counts what the study takes; nil where another process does.
  var clock: SweepClock?
  /// Seconds that were spent before, in earlier goes.
  private let spentBefore: Double
  private let started = ContinuousClock.now
  private var renewed = ContinuousClock.now

  init(_ study: Study, tools: StudyTools, launcher: any TrialLauncher, board: SweepBoard) throws {
    self.study = study
    self.tools = tools
    self.board = board
    desk = TrialDesk(study, tools: tools, launcher: launcher, slots: study.slots(tools)) { board.line($0) }
    gate = SharedCells(study, tools: tools)
    owner = try WorkerID.current()
    spentBefore = try study.ledger.note(SweepRecord.wallKey(.search)).flatMap(Double.init) ?? 0
  }

  var settings: SweepSettings { study.definition.settings }
  var launcher: any TrialLauncher { desk.launcher }

  /// How many trials are under way at once: on a cluster one alone until what all share is in the cache.
  private var slots: Int {
    launcher.traits.isLocal || !launcher.traits.sharesCache || gate.areKept ? study.slots(tools) : 1
  }

  /// How long a turn of the loop waits, in microseconds.
  private var pause: UInt32 {
    guard launcher.traits.isLocal else { return 200_000 }
    return running.isEmpty ? 300_000 : 30_000
  }

  /// Seconds of this go.
  var seconds: Double { (ContinuousClock.now - started) / .seconds(1) }

  /// Runs trials of `purpose`; `propose` makes new ones.
  /// - Throws: `Interrupted` where the user asked to stop. What runs on this machine is put back then and goes on another time;
  ///   what runs elsewhere runs on, and the next leader of the study finds it.
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
      try draw(purpose)
      usleep(pause)
    }
    // What runs goes to its end where time is up; it was put back where the user asked to stop.
    while ending == .outOfTime, !running.isEmpty {
      try checkInterrupt(purpose)
      try renewLease()
      try collect(purpose)
      try desk.submit(running.filter(\.isFresh))
      usleep(pause)
    }
    try draw(purpose)
    return ending
  }

  private func draw(_ purpose: TrialPurpose) throws {
    board.places = running.reduce(into: [:]) { $0[$1.number] = $1.place }
    try board.draw(study.ledger.trials(purpose: purpose), purpose, at: seconds)
  }

  /// Tells others, who cannot see this process, that it lives.
  private func renewLease() throws {
    clock?.tick()
    guard ContinuousClock.now - renewed > .seconds(WorkerID.renewalSeconds) else { return }
    try study.ledger.renew(owner)
    renewed = ContinuousClock.now
  }

  private func checkInterrupt(_ purpose: TrialPurpose) throws {
    do { try Cancellation.check() } catch {
      if launcher.traits.isLocal {
        try putBack(purpose)
      } else if !running.isEmpty {
        board.line(
          "\(Words.count(running.count, "trial")) \(running.count == 1 ? "goes" : "go") on with \(launcher.name); the same "
            + "command takes what comes of them, 'towerbook sweep stop' ends them"
        )
      }
      throw error
    }
  }

  /// Whether to stop.
  private func isStopping(_ purpose: TrialPurpose, _ ending: inout Ending) throws -> Bool {
    try checkInterrupt(purpose)
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
    while running.count < slots,
      let trial = try study.ledger.claim(worker: owner, purpose: purpose, propose: propose)
    {
      do { running.append(try desk.prepare(trial, purpose)) } catch {
        try study.ledger.release(trial.number, by: owner, purpose: purpose)
        throw error
      }
    }
    let fresh = running.filter(\.isFresh)
    do { try desk.submit(fresh) } catch {
      // Nothing was begun, or it finds that nobody wants it.
      for trial in fresh where trial.isFresh { try giveUp(trial) }
      throw error
    }
  }

  private func giveUp(_ trial: LaunchedTrial) throws {
    trial.tell(.stop)
    running.removeAll { $0 === trial }
    try study.ledger.release(trial.number, by: owner, purpose: trial.purpose)
    trial.post.remove()
  }

  /// Ends what runs and puts it back to waiting, for another time; checkpoints stay.
  func putBack(_ purpose: TrialPurpose) throws {
    for trial in running where !trial.isFresh { trial.tell(.stop) }
    // What waits in a queue has nothing to keep.
    desk.cancel(running.filter { if case .waiting = $0.state { true } else { false } })
    let deadline = ContinuousClock.now + .seconds(launcher.traits.isLocal ? 20 : 60)
    var isLast = false
    while !isLast, running.contains(where: { !isOver($0) }) {
      isLast = !launcher.traits.isLocal && ContinuousClock.now > deadline
      if ContinuousClock.now > deadline { desk.cancel(running) }
      desk.poll(running)
      for trial in running { _ = trial.news() }
      usleep(20_000)
    }
    for trial in running {
      // What came to its end meanwhile is not lost.
      if let outcome = try? trial.post.outcome() {
        try? settle(trial, .result(outcome))
        continue
      }
      try? desk.note(trial)
      if let state = try? study.ledger.trial(trial.number, purpose: purpose).state, state == .running {
        try? study.ledger.release(trial.number, by: owner, purpose: purpose)
      }
      trial.post.remove()
    }
    running = []
  }

  /// Whether nothing more comes of an attempt.
  private func isOver(_ trial: LaunchedTrial) -> Bool {
    if trial.isFresh || trial.endedSince != nil || trial.missingSince != nil { return true }
    return !launcher.traits.isLocal && (trial.hasStopped || trial.hasEnded)
  }
}
