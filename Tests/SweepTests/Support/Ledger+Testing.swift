import GRDB

@testable import Sweep

extension Ledger {
  /// A setting of the connection that writes.
  func pragma(_ name: String) throws -> String? {
    try pool.writeWithoutTransaction { db in try String.fetchOne(db, sql: "PRAGMA \(name)") }
  }
}

extension Ledger {
  /// Closes the connections, so that everything is in the file itself.
  func close() throws { try pool.close() }
}
