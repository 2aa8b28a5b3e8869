import GRDB
import Report

/// Outcomes into their tables.
enum OutcomeRows {
  /// Ends a running trial with an outcome.
  static func insert(
    _ outcome: TrialOutcome,
    of number: Int,
    _ purpose: TrialPurpose,
    now: Double,
    _ db: Database
  ) throws {
    try db.execute(
      sql: """
        UPDATE trials SET state = ?, metrics = ?, seconds = seconds + ?, reason = ?, ended = ?, worker = NULL
        WHERE purpose = ? AND number = ?
        """,
      arguments: [
        outcome.state.rawValue, try LedgerJSON.text(outcome.metrics), outcome.seconds, outcome.reason, now,
        purpose.rawValue, number,
      ]
    )
    for (goal, value) in (outcome.values ?? []).enumerated() {
      try db.execute(
        sql: "INSERT INTO trial_values (purpose, number, goal, value) VALUES (?, ?, ?, ?)",
        arguments: [purpose.rawValue, number, goal, TrialRows.column(value)]
      )
    }
    let cells = Set(outcome.cellSeconds.keys).union(outcome.cellKeys.keys).sorted()
    for cell in cells {
      try db.execute(
        sql: "INSERT INTO cells (purpose, number, cell, seconds, result_key) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          purpose.rawValue, number, cell, outcome.cellSeconds[cell], outcome.cellKeys[cell],
        ]
      )
    }
  }
}
