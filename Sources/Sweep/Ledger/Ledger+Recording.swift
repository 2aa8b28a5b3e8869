import GRDB
import Report

extension Ledger {
  /// Writes down a value on the way; the same step again replaces it.
  ///
  /// Values stay when a trial goes back to waiting; its next attempt writes over them.
  ///
  /// - Throws: `LedgerError` where the trial is not running.
  package func record(
    intermediate step: Int,
    value: Double,
    of number: Int,
    purpose: TrialPurpose = .search
  ) throws {
    try write("record a value of trial \(number)") { db in
      try Self.checkRunning(number, purpose, db)
      try db.execute(
        sql: """
          INSERT INTO intermediates (purpose, number, step, value) VALUES (?, ?, ?, ?)
          ON CONFLICT (purpose, number, step) DO UPDATE SET value = excluded.value
          """,
        arguments: [purpose.rawValue, number, step, TrialRows.column(value)]
      )
    }
  }

  /// Adds seconds of a process to a running trial.
  ///
  /// - Throws: `LedgerError` where the trial is not running, or `seconds` is below 0 or not finite.
  package func addSeconds(_ seconds: Double, to number: Int, purpose: TrialPurpose = .search) throws {
    try TrialOutcome.check(seconds: seconds)
    try write("record the time of trial \(number)") { db in
      try Self.checkRunning(number, purpose, db)
      try db.execute(
        sql: "UPDATE trials SET seconds = seconds + ? WHERE purpose = ? AND number = ?",
        arguments: [seconds, purpose.rawValue, number]
      )
    }
  }

  /// Ends a trial; one that has ended before never changes.
  ///
  /// - Returns: Whether this call ended it.
  /// - Throws: `LedgerError` where `worker` does not run the trial or the outcome does not fit the study.
  @discardableResult package func finish(
    _ number: Int,
    by worker: WorkerID,
    _ outcome: TrialOutcome,
    purpose: TrialPurpose = .search
  ) throws -> Bool {
    try outcome.check(goals: info.goals.count, purpose: purpose)
    return try write("end trial \(number)") { db in
      let state = try Self.state(of: number, purpose, db)
      guard state == .running || state == .waiting else { return false }
      try Self.checkOwner(worker, of: number, purpose, db)
      try OutcomeRows.insert(outcome, of: number, purpose, now: LedgerClock.now(), db)
      return true
    }
  }

  /// Puts a trial whose attempt failed back to waiting; the attempt counts.
  ///
  /// - Throws: `LedgerError` where `worker` does not run the trial.
  package func retry(
    _ number: Int,
    by worker: WorkerID,
    reason: String,
    purpose: TrialPurpose = .search
  ) throws {
    try write("put trial \(number) back") { db in
      try Self.checkOwner(worker, of: number, purpose, db)
      try db.execute(
        sql: """
          UPDATE trials SET state = 'waiting', worker = NULL, claimed = NULL, reason = ?
          WHERE purpose = ? AND number = ?
          """,
        arguments: [reason, purpose.rawValue, number]
      )
    }
  }

  /// Puts a trial that was not tried to its end back to waiting; the attempt does not count.
  ///
  /// - Throws: `LedgerError` where `worker` does not run the trial.
  package func release(_ number: Int, by worker: WorkerID, purpose: TrialPurpose = .search) throws {
    try write("put trial \(number) back") { db in
      try Self.checkOwner(worker, of: number, purpose, db)
      try db.execute(
        sql: """
          UPDATE trials SET state = 'waiting', worker = NULL, claimed = NULL, attempts = max(attempts - 1, 0)
          WHERE purpose = ? AND number = ?
          """,
        arguments: [purpose.rawValue, number]
      )
    }
  }

  private static func state(of number: Int, _ purpose: TrialPurpose, _ db: Database) throws -> TrialState {
    let name = try String.fetchOne(
      db,
      sql: "SELECT state FROM trials WHERE purpose = ? AND number = ?",
      arguments: [purpose.rawValue, number]
    )
    guard let name else { throw LedgerError("expected a \(purpose.rawValue) trial \(number), found none") }
    guard let state = TrialState(rawValue: name) else {
      throw LedgerError("the file is damaged: expected the state of trial \(number), found \(name)")
    }
    return state
  }

  private static func checkRunning(_ number: Int, _ purpose: TrialPurpose, _ db: Database) throws {
    let state = try state(of: number, purpose, db)
    guard state == .running else {
      throw LedgerError("expected trial \(number) to be running, but it is \(state.rawValue)")
    }
  }

  private static func checkOwner(
    _ worker: WorkerID,
    of number: Int,
    _ purpose: TrialPurpose,
    _ db: Database
  ) throws {
    try checkRunning(number, purpose, db)
    let owner = try Int64.fetchOne(
      db,
      sql: "SELECT worker FROM trials WHERE purpose = ? AND number = ?",
      arguments: [purpose.rawValue, number]
    )
    guard owner == (try WorkerRows.key(of: worker, db)) else {
      throw LedgerError(
        "expected trial \(number) to be run by process \(worker.process), but another runs it"
      )
    }
  }
}
