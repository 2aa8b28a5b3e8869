import GRDB

extension Ledger {
  /// Asks all workers to stop after what they are at; `claim` does not look at it, workers do.
  package func requestStop() throws { try setStop(true) }

  /// Takes the request back.
  package func clearStop() throws { try setStop(false) }

  /// Whether workers are asked to stop.
  package var isStopRequested: Bool {
    get throws {
      try read("read whether to stop") { db in
        try Bool.fetchOne(db, sql: "SELECT stop_requested FROM study") ?? false
      }
    }
  }

  /// Keeps a text under a key, in place of the one before; nil removes it.
  package func setNote(_ key: String, _ value: String?) throws {
    try write("write a note") { try Self.setNote(key, value, $0) }
  }

  /// The text under a key, or nil.
  package func note(_ key: String) throws -> String? {
    try read("read a note") { try Self.note(key, $0) }
  }

  static func setNote(_ key: String, _ value: String?, _ db: Database) throws {
    guard let value else {
      return try db.execute(sql: "DELETE FROM notes WHERE key = ?", arguments: [key])
    }
    try db.execute(
      sql: """
        INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
        """,
      arguments: [key, value]
    )
  }

  static func note(_ key: String, _ db: Database) throws -> String? {
    try String.fetchOne(db, sql: "SELECT value FROM notes WHERE key = ?", arguments: [key])
  }

  private func setStop(_ value: Bool) throws {
    try write("write whether to stop") { db in
      try db.execute(sql: "UPDATE study SET stop_requested = ?", arguments: [value])
    }
  }
}
