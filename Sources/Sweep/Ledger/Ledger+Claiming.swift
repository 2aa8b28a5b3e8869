import GRDB
import Report

extension Ledger {
  /// Gives `worker` a trial that nobody else has: the lowest that waits, else the first that `propose` makes.
  ///
  /// One transaction: first the trials of dead workers go back to waiting, their broken attempt not counted.
  /// `propose` sees all trials of the purpose and gives the repetitions of one setting, numbered on from their count,
  /// or nil where there is nothing more to try. It runs under the write lock: it must be done well within 60 s and
  /// must not use the ledger. What it throws comes out as it is, and nothing is changed.
  ///
  /// - Throws: `LedgerError` where the file cannot be written or the proposed numbers leave gaps.
  package func claim(
    worker: WorkerID,
    purpose: TrialPurpose = .search,
    propose: ([Trial]) throws -> [Trial]?
  ) throws -> Trial? {
    try write("claim a trial") { db -> Trial? in
      let now = LedgerClock.now()
      _ = try WorkerRows.reclaim(db, now: now)
      let key = try WorkerRows.register(worker, now: now, db)
      let waiting = try Int.fetchOne(
        db,
        sql: "SELECT min(number) FROM trials WHERE purpose = ? AND state = 'waiting'",
        arguments: [purpose.rawValue]
      )
      guard let number = try waiting ?? Self.add(propose, purpose, now: now, db) else { return nil }
      try db.execute(
        sql: """
          UPDATE trials SET state = 'running', worker = ?, claimed = ?, attempts = attempts + 1
          WHERE purpose = ? AND number = ?
          """,
        arguments: [key, now, purpose.rawValue, number]
      )
      return try TrialRows.load(db, purpose, number: number).first
    }
  }

  /// Puts the trials of dead workers back to waiting, as `claim` does, and returns how many they were.
  @discardableResult package func reclaim() throws -> Int {
    try write("take back the trials of dead workers") { db in
      try WorkerRows.reclaim(db, now: LedgerClock.now())
    }
  }

  /// Renews the lease of `worker`, by which others on other hosts know that it lives.
  package func renew(_ worker: WorkerID) throws {
    try write("renew a lease") { db in _ = try WorkerRows.register(worker, now: LedgerClock.now(), db) }
  }

  /// Adds what `propose` makes, and returns the first number; nil where it makes nothing.
  private static func add(
    _ propose: ([Trial]) throws -> [Trial]?,
    _ purpose: TrialPurpose,
    now: Double,
    _ db: Database
  ) throws -> Int? {
    let all = try TrialRows.load(db, purpose)
    guard let proposed = try propose(all), let first = proposed.first else { return nil }
    for (place, trial) in proposed.enumerated() {
      guard trial.number == all.count + place else {
        throw LedgerError(
          "expected the proposed trial to have number \(all.count + place), not \(trial.number)"
        )
      }
      try TrialRows.insert(trial, purpose, now: now, db)
    }
    return first.number
  }
}
