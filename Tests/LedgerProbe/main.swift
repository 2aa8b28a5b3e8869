import Glibc
import Sweep

/// Ways to use a ledger from a process of its own: `LedgerProbe MODE LEDGER`.
enum Probe {
  /// Writes a line at once, so that who reads the pipe sees it before the next change.
  static func say(_ line: String) {
    print(line)
    fflush(nil)
  }

  /// The next trial, up to `limit`.
  static func propose(_ limit: Int) -> ([Trial]) -> [Trial]? {
    { trials in
      guard trials.count < limit else { return nil }
      return [Trial(number: trials.count, assignment: ["x": Double(trials.count)])]
    }
  }

  /// Claims and finishes trials until 200 are made, and says each number.
  static func claim(_ path: String) throws {
    let ledger = try Ledger(opening: path)
    let worker = try WorkerID.current()
    while let trial = try ledger.claim(worker: worker, propose: propose(200)) {
      say("\(trial.number)")
      try ledger.record(intermediate: 1, value: 0.5, of: trial.number)
      try ledger.finish(trial.number, by: worker, TrialOutcome(.complete, values: [Double(trial.number)]))
    }
  }

  /// Claims a trial and records values without end; says each step once it is recorded.
  static func record(_ path: String) throws {
    let ledger = try Ledger(opening: path)
    guard let trial = try ledger.claim(worker: .current(), propose: propose(1)) else { return }
    var step = 0
    while true {
      step += 1
      try ledger.record(intermediate: step, value: Double(step) / 8, of: trial.number)
      say("\(step)")
    }
  }

  /// Claims a trial and waits to be killed.
  static func hold(_ path: String) throws {
    guard let trial = try Ledger(opening: path).claim(worker: .current(), propose: propose(1)) else { return }
    say("\(trial.number)")
    while true { sleep(60) }
  }
}

let arguments = CommandLine.arguments
guard arguments.count == 3 else { exit(2) }
do {
  switch arguments[1] {
  case "claim": try Probe.claim(arguments[2])
  case "record": try Probe.record(arguments[2])
  case "hold": try Probe.hold(arguments[2])
  default: exit(2)
  }
} catch {
  Probe.say("error: \(error)")
  exit(1)
}
