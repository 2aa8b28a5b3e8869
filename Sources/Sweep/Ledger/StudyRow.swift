import GRDB
import Report

/// The one row of the table `study`.
enum StudyRow {
  /// Writes it; a time of 0 becomes now.
  static func insert(_ info: StudyInfo, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO study (id, name, recipe, digest, seed, goals, space, overrides, definition, created)
        VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        info.name, info.recipe, info.digest, String(info.seed), try LedgerJSON.text(info.goals),
        try LedgerJSON.text(info.space), try LedgerJSON.text(info.overrides), info.definition,
        info.created == 0 ? LedgerClock.now() : info.created,
      ]
    )
  }

  /// Reads it.
  static func load(_ db: Database) throws -> StudyInfo {
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM study") else {
      throw LedgerError("the file is damaged: expected the study's description, found none")
    }
    let text: String = row["seed"]
    guard let seed = UInt64(text) else {
      throw LedgerError("the file is damaged: expected a whole number as the study's seed, found \(text)")
    }
    var info = StudyInfo(
      name: row["name"],
      recipe: row["recipe"],
      digest: row["digest"],
      seed: seed,
      goals: try LedgerJSON.value([Goal].self, from: row["goals"], what: "the goals"),
      space: try LedgerJSON.value(SearchSpace.self, from: row["space"], what: "the search space")
    )
    info.overrides = try LedgerJSON.value([String].self, from: row["overrides"], what: "the overrides")
    info.definition = row["definition"]
    info.created = row["created"]
    return info
  }
}
