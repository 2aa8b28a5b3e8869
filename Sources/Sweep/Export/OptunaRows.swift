import Files
import GRDB
import Notebook

/// A study's rows in Optuna's tables.
enum OptunaRows {
  /// Writes what is there once: versions, the study, its directions and attributes.
  static func insert(_ info: StudyInfo, _ twins: [OptunaTwin], _ db: Database) throws {
    try db.execute(sql: "INSERT INTO alembic_version VALUES (?)", arguments: [OptunaSchema.revision])
    try db.execute(
      sql: "INSERT INTO version_info VALUES (1, ?, ?)",
      arguments: [OptunaSchema.version, OptunaSchema.library]
    )
    try db.execute(sql: "INSERT INTO studies VALUES (1, ?)", arguments: [info.name])
    for (objective, goal) in info.goals.enumerated() {
      try db.execute(
        sql: "INSERT INTO study_directions (direction, study_id, objective) VALUES (?, 1, ?)",
        arguments: [goal.direction == .minimize ? "MINIMIZE" : "MAXIMIZE", objective]
      )
    }
    // Where Optuna looks for the objectives' names.
    try attribute(
      "study_system",
      "study:metric_names",
      .array(info.goals.map { .string($0.metric) }),
      of: 1,
      db
    )
    try attribute("study_user", OptunaExport.mark, .int(1), of: 1, db)
    try attribute("study_user", "sweep:recipe", .string(info.recipe), of: 1, db)
    try attribute("study_user", "sweep:digest", .string(info.digest), of: 1, db)
    try attribute("study_user", "sweep:seed", .string(String(info.seed)), of: 1, db)
    for (parameter, twin) in zip(info.space.parameters, twins) {
      guard let loss = twin.loss else { continue }
      try attribute("study_user", "sweep:distribution:\(parameter.name)", .string(loss), of: 1, db)
    }
  }

  /// Writes a trial with all that belongs to it.
  static func insert(_ trial: Trial, _ info: StudyInfo, _ twins: [OptunaTwin], _ db: Database) throws {
    let state = state(of: trial, goals: info.goals.count)
    let ended = trial.ended ?? trial.created + trial.seconds
    let isOver = state != "WAITING" && state != "RUNNING"
    // The ledger keeps when a trial was made, not when its last attempt began; its seconds tell the latter.
    let start = isOver ? max(trial.created, ended - trial.seconds) : trial.created
    try db.execute(
      sql: """
        INSERT INTO trials (number, study_id, state, datetime_start, datetime_complete) VALUES (?, 1, ?, ?, ?)
        """,
      arguments: [
        trial.number, state, state == "WAITING" ? nil : UTCTime.sqlAlchemy(start),
        isOver ? UTCTime.sqlAlchemy(ended) : nil,
      ]
    )
    let key = db.lastInsertedRowID
    for (parameter, twin) in zip(info.space.parameters, twins) {
      guard let value = trial.assignment[parameter.name] else { continue }
      try db.execute(
        sql: """
          INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)
          """,
        arguments: [key, parameter.name, value, twin.json]
      )
    }
    if state == "COMPLETE" || state == "PRUNED" { try insert(values: trial, info.goals.count, of: key, db) }
    try insert(intermediates: trial.intermediates, of: key, db)
    try insert(attributes: trial, exported: state, of: key, db)
  }

  /// Optuna's word for a trial's state; it takes a complete trial only with a number for each goal.
  static func state(of trial: Trial, goals: Int) -> String {
    switch trial.state {
    case .waiting: return "WAITING"
    case .running: return "RUNNING"
    case .pruned: return "PRUNED"
    case .failed: return "FAIL"
    case .complete: return hasNumbers(trial, goals) ? "COMPLETE" : "FAIL"
    }
  }

  private static func hasNumbers(_ trial: Trial, _ goals: Int) -> Bool {
    guard let values = trial.values else { return false }
    return values.count == goals && !values.contains(where: \.isNaN)
  }

  private static func insert(values trial: Trial, _ goals: Int, of key: Int64, _ db: Database) throws {
    guard hasNumbers(trial, goals), let values = trial.values else { return }
    for (objective, value) in values.enumerated() {
      try db.execute(
        sql: "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (?, ?, ?, ?)",
        arguments: [key, objective, value.isFinite ? value : nil, kind(of: value)]
      )
    }
  }

  private static func insert(
    intermediates: [Trial.Intermediate],
    of key: Int64,
    _ db: Database
  ) throws {
    for intermediate in intermediates {
      let value = intermediate.value
      try db.execute(
        sql: """
          INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
          VALUES (?, ?, ?, ?)
          """,
        arguments: [key, intermediate.step, value.isFinite ? value : nil, kind(of: value)]
      )
    }
  }

  private static func insert(attributes trial: Trial, exported: String, of key: Int64, _ db: Database) throws
  {
    var attributes: [(String, JSONValue)] = [
      ("attempts", .int(trial.attempts)), ("group", .int(trial.group)),
      ("repetition", .int(trial.repetition)), ("seconds", .real(trial.seconds)),
    ]
    if let seed = trial.seed { attributes.append(("seed", .int(seed))) }
    if let reason = trial.reason { attributes.append(("reason", .string(reason))) }
    if !trial.metrics.isEmpty {
      attributes.append(("metrics", .sorted(trial.metrics.mapValues(JSONValue.real))))
    }
    if trial.state == .complete, exported == "FAIL" {
      attributes.append(
        ("state", .string("complete, without a number for each goal; Optuna has no such trial"))
      )
    }
    for (name, node) in attributes { try attribute("trial_user", "sweep:" + name, node, of: key, db) }
  }

  /// `owner` is the start of the table's name, such as `study_user`.
  private static func attribute(
    _ owner: String,
    _ name: String,
    _ node: JSONValue,
    of key: Int64,
    _ db: Database
  ) throws {
    let column = owner.prefix { $0 != "_" } + "_id"
    try db.execute(
      sql: "INSERT INTO \(owner)_attributes (\(column), \"key\", value_json) VALUES (?, ?, ?)",
      arguments: [key, name, node.text(.spaced)]
    )
  }

  private static func kind(of value: Double) -> String {
    if value.isNaN { return "NAN" }
    guard value.isInfinite else { return "FINITE" }
    return value > 0 ? "INF_POS" : "INF_NEG"
  }
}
