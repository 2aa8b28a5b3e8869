import GRDB
import Glibc

/// The record of a study in an SQLite file, which many processes of one machine write together.
///
/// Every change is one transaction that takes the write lock first, so nobody acts on what another is changing; who
/// has to wait does so for up to 60 s. A change is in the file and flushed to the disk when the call returns.
///
/// A process that has a ledger open must not read or copy its file by other means: closing that descriptor would drop
/// SQLite's locks.
package final class Ledger: Sendable {
  /// The file, as it was given.
  package let path: String
  /// What the study is.
  package let info: StudyInfo
  /// The connections.
  let pool: DatabasePool

  /// Makes the ledger of a new study; the file appears whole or not at all.
  ///
  /// - Throws: `LedgerError` where there is already a file at `path` or it cannot be written.
  package convenience init(creating path: String, _ info: StudyInfo) throws {
    try LedgerFile.create(path, info)
    try self.init(opening: path)
  }

  /// Opens the ledger of a study that is there; whether it is the study expected, `info` tells.
  ///
  /// - Throws: `LedgerError` naming the file where it is missing, damaged, no ledger, or of a later version.
  package init(opening path: String) throws {
    try LedgerFile.check(path)
    (pool, info) = try LedgerError.naming(path, "open the study") {
      let pool = try LedgerFile.open(path)
      return (pool, try pool.read { db in try StudyRow.load(db) })
    }
    self.path = path
  }

  /// Reads from one state of the file.
  func read<T>(_ action: String, _ body: (Database) throws -> T) throws -> T {
    try LedgerError.naming(path, action) { try pool.read(body) }
  }

  /// Changes the file in one transaction, which takes the write lock at its start (`BEGIN IMMEDIATE`); an error
  /// takes everything back.
  func write<T>(_ action: String, _ body: (Database) throws -> T) throws -> T {
    try LedgerError.naming(path, action) {
      try pool.writeWithoutTransaction { db in
        var result: T?
        try db.inTransaction(.immediate) {
          result = try body(db)
          return .commit
        }
        guard let result else { throw LedgerError("expected a result of the transaction, found none") }
        return result
      }
    }
  }
}
