import Files
import GRDB
import Glibc

/// Writes a study as a storage that Optuna opens: `optuna.load_study(study_name=…, storage="sqlite:///FILE")`.
///
/// Times are in UTC, as Optuna 5 keeps them; 4.x shows them as local. Optuna has no repeated settings, seeds or
/// reasons: they are user attributes of the trials, under `sweep:`.
package enum OptunaExport {
  /// The study's user attribute that marks a file as written here.
  static let mark = "sweep:export"

  /// Writes the study beside `path` and renames it there.
  ///
  /// - Parameter choices: What a categorical parameter chooses from, in order: texts, numbers, booleans or null.
  /// - Throws: `LedgerError` where the file is there and is no such export, cannot be written, or the choices do not
  ///   fit a parameter.
  package static func write(
    _ info: StudyInfo,
    _ trials: [Trial],
    to path: String,
    choices: (Parameter) -> [JSONValue]
  ) throws {
    try checkReplaceable(path)
    let twins = try info.space.parameters.map { parameter in
      try OptunaTwin(parameter, seen: trials.compactMap { $0.assignment[parameter.name] }, choices: choices)
    }
    let draft = "\(path).new-\(getpid())"
    unlink(draft)
    defer { unlink(draft) }
    try LedgerError.naming(path, "write the export") {
      let queue = try DatabaseQueue(path: draft)
      try queue.write { db in
        try db.execute(sql: OptunaSchema.tables)
        try OptunaRows.insert(info, twins, db)
        for trial in trials { try OptunaRows.insert(trial, info, twins, db) }
      }
      try queue.close()
    }
    guard rename(draft, path) == 0 else {
      throw LedgerError("cannot write the export: \(String(cString: strerror(errno)))", file: path)
    }
  }

  /// Refuses to replace anything but an earlier export: nobody else's file, and no study that Optuna itself made.
  static func checkReplaceable(_ path: String) throws {
    // A journal left there would be played into the new file by the next who opens it.
    for journal in ["-journal", "-wal"] where access(path + journal, F_OK) == 0 {
      throw LedgerError(
        "expected no journal beside the file, found \(path)\(journal): a program is at it",
        file: path
      )
    }
    guard access(path, F_OK) == 0 else { return }
    let isExport: Bool
    do {
      var configuration = Configuration()
      configuration.readonly = true
      isExport = try DatabaseQueue(path: path, configuration: configuration).read { db in
        guard try db.tableExists("alembic_version"), try db.tableExists("study_user_attributes") else {
          return false
        }
        let studies = try Int.fetchOne(db, sql: "SELECT count(*) FROM studies")
        let marked = try Int.fetchOne(
          db,
          sql: "SELECT count(*) FROM study_user_attributes WHERE \"key\" = ?",
          arguments: [mark]
        )
        return studies == marked
      }
    } catch is DatabaseError {
      isExport = false
    }
    guard isExport else {
      throw LedgerError(
        "expected an earlier export to replace, found another file; move it or name another",
        file: path
      )
    }
  }
}
