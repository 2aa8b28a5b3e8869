import Report

/// The tables of Optuna's relational storage, as Optuna 5.0 makes them; its 4.x releases use the same revision.
///
/// Source: a storage that `optuna.create_study` wrote, and the models in `optuna/storages/_rdb`.
enum OptunaSchema {
  /// The head of its migrations since release 3.2.
  static let revision = "v3.2.0.a"
  /// The fixed number beside it.
  static let version = 12
  /// The release the tables follow.
  static let library = "5.0.0"

  /// Statements that make the empty tables.
  static let tables: String = {
    var statements = [
      "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)",
      """
      CREATE TABLE version_info (version_info_id INTEGER NOT NULL PRIMARY KEY CHECK (version_info_id = 1),
        schema_version INTEGER, library_version VARCHAR(256))
      """,
      "CREATE TABLE studies (study_id INTEGER NOT NULL PRIMARY KEY, study_name VARCHAR(512) NOT NULL)",
      "CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name)",
      """
      CREATE TABLE study_directions (study_direction_id INTEGER NOT NULL PRIMARY KEY,
        direction VARCHAR(8) NOT NULL, study_id INTEGER NOT NULL REFERENCES studies (study_id),
        objective INTEGER NOT NULL, UNIQUE (study_id, objective))
      """,
      """
      CREATE TABLE trials (trial_id INTEGER NOT NULL PRIMARY KEY, number INTEGER,
        study_id INTEGER REFERENCES studies (study_id), state VARCHAR(8) NOT NULL,
        datetime_start DATETIME, datetime_complete DATETIME)
      """,
      "CREATE INDEX ix_trials_study_id ON trials (study_id)",
      """
      CREATE TABLE trial_params (param_id INTEGER NOT NULL PRIMARY KEY,
        trial_id INTEGER REFERENCES trials (trial_id), param_name VARCHAR(512), param_value FLOAT,
        distribution_json TEXT, UNIQUE (trial_id, param_name))
      """,
      """
      CREATE TABLE trial_values (trial_value_id INTEGER NOT NULL PRIMARY KEY,
        trial_id INTEGER NOT NULL REFERENCES trials (trial_id), objective INTEGER NOT NULL, value FLOAT,
        value_type VARCHAR(7) NOT NULL, UNIQUE (trial_id, objective))
      """,
      """
      CREATE TABLE trial_intermediate_values (trial_intermediate_value_id INTEGER NOT NULL PRIMARY KEY,
        trial_id INTEGER NOT NULL REFERENCES trials (trial_id), step INTEGER NOT NULL,
        intermediate_value FLOAT, intermediate_value_type VARCHAR(7) NOT NULL, UNIQUE (trial_id, step))
      """,
      """
      CREATE TABLE trial_heartbeats (trial_heartbeat_id INTEGER NOT NULL PRIMARY KEY,
        trial_id INTEGER NOT NULL UNIQUE REFERENCES trials (trial_id), heartbeat DATETIME NOT NULL)
      """,
    ]
    for (owner, owners) in [("study", "studies"), ("trial", "trials")] {
      for kind in ["user", "system"] {
        statements.append(
          """
          CREATE TABLE \(owner)_\(kind)_attributes (\(owner)_\(kind)_attribute_id INTEGER NOT NULL PRIMARY KEY,
            \(owner)_id INTEGER REFERENCES \(owners) (\(owner)_id), "key" VARCHAR(512), value_json TEXT,
            UNIQUE (\(owner)_id, "key"))
          """
        )
      }
    }
    return statements.map { $0 + ";" }.joined(separator: "\n")
  }()
}
