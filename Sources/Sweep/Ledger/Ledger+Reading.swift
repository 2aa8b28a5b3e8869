import GRDB
import Report

extension Ledger {
  /// All trials of a purpose, in order.
  package func trials(purpose: TrialPurpose = .search) throws -> [Trial] {
    try read("read the trials") { db in try TrialRows.load(db, purpose) }
  }

  /// One trial.
  ///
  /// - Throws: `LedgerError` where there is none with this number.
  package func trial(_ number: Int, purpose: TrialPurpose = .search) throws -> Trial {
    try read("read trial \(number)") { db in
      guard let trial = try TrialRows.load(db, purpose, number: number).first else {
        throw LedgerError("expected a \(purpose.rawValue) trial \(number), found none")
      }
      return trial
    }
  }

  /// The workers that live, by process, and what they are at.
  package func workers() throws -> [Worker] {
    let now = LedgerClock.now()
    return try read("read the workers") { db in
      try WorkerRows.load(db).filter { $0.id.isAlive(seen: $0.seen, now: now) }.map { row in
        Worker(id: row.id, seen: row.seen, work: try WorkerRows.work(of: row.key, db))
      }
    }
  }
}
