import Files
import GRDB

/// Digests of rows: SQLite keeps none of what its pages hold, and a bit that a disk lost would be another result.
///
/// Triggers write them, whatever statement writes a row, and ``check(_:)`` holds them against the rows. Rows that are gone are not
/// found so; that pages are is what SQLite's own check says.
enum LedgerDigests {
  /// A table, the columns that tell its rows, and all columns that are digested.
  private struct Table {
    var name: String
    var key: [String]
    var columns: [String]

    var digest: String { "ledger_digest(\(columns.joined(separator: ", ")))" }
  }

  private static let tables = [
    Table(
      name: "study",
      key: ["id"],
      columns: [
        "id", "name", "recipe", "digest", "seed", "goals", "space", "overrides", "definition", "created",
        "stop_requested",
      ]
    ),
    Table(
      name: "trials",
      key: ["purpose", "number"],
      columns: [
        "purpose", "number", "group_number", "repetition", "seed", "state", "assignment", "metrics",
        "seconds",
        "attempts", "reason", "created", "claimed", "ended", "worker",
      ]
    ),
    Table(
      name: "intermediates",
      key: ["purpose", "number", "step"],
      columns: ["purpose", "number", "step", "value"]
    ),
    Table(
      name: "trial_values",
      key: ["purpose", "number", "goal"],
      columns: ["purpose", "number", "goal", "value"]
    ),
    Table(
      name: "cells",
      key: ["purpose", "number", "cell"],
      columns: ["purpose", "number", "cell", "seconds", "result_key"]
    ),
    Table(name: "notes", key: ["key"], columns: ["key", "value"]),
  ]

  /// Makes the function that triggers call known to a connection.
  static func register(_ db: Database) {
    db.add(function: DatabaseFunction("ledger_digest", pure: true) { values in digest(values).description })
  }

  private static func digest(_ values: [DatabaseValue]) -> Digest {
    let parts = values.map { value in
      switch value.storage {
      case .null: "-"
      case .int64(let number): "i\(number)"
      case .double(let number): "d\(number.bitPattern)"
      case .string(let text): "s\(text.utf8.count):\(text)"
      case .blob(let data): "b\(data.count):\(data.map { String($0) }.joined(separator: ","))"
      }
    }
    return Digest(parts.joined(separator: " "))
  }

  /// Gives all tables a column of digests, fills it, and keeps it filled.
  static func add(_ db: Database) throws {
    for table in tables {
      let row = table.key.map { "\($0) = NEW.\($0)" }.joined(separator: " AND ")
      let update = "UPDATE \(table.name) SET row_digest = \(table.digest)"
      try db.execute(
        sql: """
          ALTER TABLE \(table.name) ADD COLUMN row_digest TEXT;
          \(update);
          CREATE TRIGGER \(table.name)_inserted AFTER INSERT ON \(table.name)
          BEGIN \(update) WHERE \(row); END;
          CREATE TRIGGER \(table.name)_updated AFTER UPDATE OF \(table.columns.joined(separator: ", ")) ON \(table.name)
          BEGIN \(update) WHERE \(row); END;
          """
      )
    }
  }

  /// Holds all rows against their digests.
  /// - Throws: ``LedgerError`` where one is not as it was written.
  static func check(_ db: Database) throws {
    for table in tables {
      let sql = "SELECT count(*) FROM \(table.name) WHERE row_digest IS NOT \(table.digest)"
      guard let count = try Int.fetchOne(db, sql: sql), count > 0 else { continue }
      let rows = count == 1 ? "a row of '\(table.name)' is" : "\(count) rows of '\(table.name)' are"
      throw LedgerError("the file is damaged (\(rows) not as written); restore a copy or start a new study")
    }
  }
}
