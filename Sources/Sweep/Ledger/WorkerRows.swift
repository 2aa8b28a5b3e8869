import GRDB
import Report

/// Workers to and from their table.
enum WorkerRows {
  /// A row: its key, who it is, and when it last asked for a trial.
  struct Entry {
    var key: Int64
    var id: WorkerID
    var seen: Double
  }

  /// All of them, dead ones too, by process.
  static func load(_ db: Database) throws -> [Entry] {
    try Row.fetchAll(db, sql: "SELECT * FROM workers ORDER BY process, started, boot, host").map { row in
      let started: Int64 = row["started"]
      let id = WorkerID(
        process: row["process"],
        started: UInt64(bitPattern: started),
        boot: row["boot"],
        host: row["host"]
      )
      return Entry(key: row["id"], id: id, seen: row["seen"])
    }
  }

  /// The key of a worker, or nil where it never claimed a trial.
  static func key(of id: WorkerID, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db,
      sql: "SELECT id FROM workers WHERE process = ? AND started = ? AND boot = ? AND host = ?",
      arguments: [id.process, Int64(bitPattern: id.started), id.boot, id.host]
    )
  }

  /// Notes that a worker was heard of, and gives its key.
  static func register(_ id: WorkerID, now: Double, _ db: Database) throws -> Int64 {
    if let key = try key(of: id, db) {
      try db.execute(sql: "UPDATE workers SET seen = ? WHERE id = ?", arguments: [now, key])
      return key
    }
    try db.execute(
      sql: "INSERT INTO workers (process, started, boot, host, seen) VALUES (?, ?, ?, ?, ?)",
      arguments: [id.process, Int64(bitPattern: id.started), id.boot, id.host, now]
    )
    return db.lastInsertedRowID
  }

  /// The trials that a worker runs.
  static func work(of key: Int64, _ db: Database) throws -> [Worker.Work] {
    let sql = "SELECT purpose, number, claimed FROM trials WHERE worker = ? ORDER BY purpose DESC, number"
    return try Row.fetchAll(db, sql: sql, arguments: [key]).map { row in
      let name: String = row["purpose"]
      guard let purpose = TrialPurpose(rawValue: name) else {
        throw LedgerError("the file is damaged: expected the purpose of a trial, found \(name)")
      }
      return Worker.Work(purpose: purpose, number: row["number"], since: row["claimed"] as Double? ?? 0)
    }
  }

  /// Puts the trials of dead workers back to waiting and forgets those workers; returns how many trials.
  static func reclaim(_ db: Database, now: Double) throws -> Int {
    var count = 0
    for entry in try load(db) where !entry.id.isAlive(seen: entry.seen, now: now) {
      try db.execute(
        sql: """
          UPDATE trials SET state = 'waiting', worker = NULL, claimed = NULL, attempts = max(attempts - 1, 0)
          WHERE worker = ?
          """,
        arguments: [entry.key]
      )
      count += db.changesCount
      try db.execute(sql: "DELETE FROM workers WHERE id = ?", arguments: [entry.key])
    }
    return count
  }
}
