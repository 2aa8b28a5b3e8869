import GRDB
import Report

/// Trials to and from their tables.
enum TrialRows {
  /// The trials of a purpose in order, or the one with `number`.
  static func load(_ db: Database, _ purpose: TrialPurpose, number: Int? = nil) throws -> [Trial] {
    let filter = "WHERE purpose = ?" + (number == nil ? "" : " AND number = ?")
    var arguments: StatementArguments = [purpose.rawValue]
    if let number { arguments += [number] }
    let rows = try Row.fetchAll(
      db,
      sql: "SELECT * FROM trials \(filter) ORDER BY number",
      arguments: arguments
    )
    var trials = try rows.map(trial)
    var places: [Int: Int] = [:]
    for (place, trial) in trials.enumerated() { places[trial.number] = place }
    func each(_ table: String, by key: String, _ body: (inout Trial, Row) throws -> Void) throws {
      let sql = "SELECT * FROM \(table) \(filter) ORDER BY number, \(key)"
      let cursor = try Row.fetchCursor(db, sql: sql, arguments: arguments)
      while let row = try cursor.next() {
        if let place = places[row["number"]] { try body(&trials[place], row) }
      }
    }
    try each("intermediates", by: "step") { trial, row in
      trial.intermediates.append(.init(step: row["step"], value: Self.number(row["value"])))
    }
    try each("trial_values", by: "goal") { trial, row in
      trial.values = (trial.values ?? []) + [Self.number(row["value"])]
    }
    try each("cells", by: "cell") { trial, row in
      trial.cellSeconds[row["cell"]] = row["seconds"] as Double?
      trial.cellKeys[row["cell"]] = row["result_key"] as String?
    }
    return trials
  }

  /// Adds a trial that waits; a time of 0 becomes `now`.
  static func insert(_ trial: Trial, _ purpose: TrialPurpose, now: Double, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO trials (purpose, number, group_number, repetition, seed, state, assignment, metrics, seconds,
          attempts, reason, created)
        VALUES (?, ?, ?, ?, ?, 'waiting', ?, '{}', 0, 0, ?, ?)
        """,
      arguments: [
        purpose.rawValue, trial.number, trial.group, trial.repetition, trial.seed,
        try LedgerJSON.text(trial.assignment), trial.reason, trial.created == 0 ? now : trial.created,
      ]
    )
  }

  /// A number as a column holds it: NaN is NULL.
  static func column(_ value: Double) -> Double? { value.isNaN ? nil : value }

  /// A number from a column.
  private static func number(_ value: Double?) -> Double { value ?? .nan }

  private static func trial(_ row: Row) throws -> Trial {
    let number: Int = row["number"]
    let name: String = row["state"]
    guard let state = TrialState(rawValue: name) else {
      throw LedgerError("the file is damaged: expected the state of trial \(number), found \(name)")
    }
    var trial = Trial(
      number: number,
      assignment: try LedgerJSON.value(
        Assignment.self,
        from: row["assignment"],
        what: "the settings of trial \(number)"
      ),
      group: row["group_number"],
      state: state
    )
    trial.repetition = row["repetition"]
    trial.seed = row["seed"]
    trial.metrics = try LedgerJSON.value(
      [String: Double].self,
      from: row["metrics"],
      what: "the metrics of trial \(number)"
    )
    trial.seconds = row["seconds"]
    trial.attempts = row["attempts"]
    trial.reason = row["reason"]
    trial.created = row["created"]
    trial.ended = row["ended"]
    return trial
  }
}
