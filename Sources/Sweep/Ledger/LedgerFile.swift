import GRDB
import Glibc

/// The ledger's file: making it, telling it from others, opening it.
enum LedgerFile {
  /// How long a connection waits for another's lock, in seconds.
  private static let patience = 60.0

  /// Makes the file beside its place and links it there, so that no other process sees half of it.
  static func create(_ path: String, _ info: StudyInfo) throws {
    let draft = "\(path).new-\(getpid())"
    func clear() { for name in [draft, draft + "-journal"] { unlink(name) } }
    clear()
    defer { clear() }
    try LedgerError.naming(path, "make the study") {
      // With a journal, not a log: what a log holds goes into the file when that is closed, and where the disk has no room for it
      // then, nobody is told. Who opens the file starts the log.
      let queue = try DatabaseQueue(path: draft, configuration: configuration(journal: .default))
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA application_id = \(LedgerSchema.applicationID)")
      }
      try LedgerSchema.migrator().migrate(queue)
      try queue.write { db in try StudyRow.insert(info, db) }
      try queue.close()
    }
    guard link(draft, path) != 0 else { return }
    let reason = errno == EEXIST ? "there is already a file" : String(cString: strerror(errno))
    throw LedgerError("cannot make the study: \(reason)", file: path)
  }

  /// Refuses what is no ledger before anything is written; a foreign database stays as it is.
  ///
  /// SQLite reads the file here, never this process by itself: closing a descriptor of its own would drop the locks
  /// of every connection that the process has to the file (<https://www.sqlite.org/howtocorrupt.html>, 2.2).
  static func check(_ path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw LedgerError("cannot open the study: \(String(cString: strerror(errno)))", file: path)
    }
    let expected = "expected the ledger of a study (an SQLite file), found "
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LedgerError(expected + "no regular file", file: path)
    }
    guard status.st_size > 0 else { throw LedgerError(expected + "an empty file", file: path) }
    do {
      let id = try applicationID(path)
      guard id == LedgerSchema.applicationID else {
        throw LedgerError(
          "expected the ledger of a study, found an SQLite file of another program",
          file: path
        )
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
      throw LedgerError(expected + "a file of another kind, or a damaged one", file: path)
    } catch let error as DatabaseError {
      try LedgerError.naming(path, "open the study") { throw error }
    }
  }

  /// The mark that programs put into their databases; 0 where they do not.
  private static func applicationID(_ path: String) throws -> UInt32 {
    let queue = try DatabaseQueue(path: path, configuration: configuration(journal: .default))
    defer { try? queue.close() }
    let id = try queue.read { db in try Int32.fetchOne(db, sql: "PRAGMA application_id") }
    return UInt32(bitPattern: id ?? 0)
  }

  /// Opens the file, brings older tables up to date, and looks for damage.
  static func open(_ path: String) throws -> DatabasePool {
    let deadline = LedgerClock.now() + patience
    while true {
      do {
        return try prepare(DatabasePool(path: path, configuration: configuration(journal: .default)))
      } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY && LedgerClock.now() < deadline
      {
        // Starting the log fails at once, not after the busy timeout, where two processes do it together.
        usleep(20_000)
      }
    }
  }

  private static func prepare(_ pool: DatabasePool) throws -> DatabasePool {
    let migrator = LedgerSchema.migrator()
    try pool.writeWithoutTransaction { db in
      // A transaction outlives SIGKILL even with NORMAL, for it is in the system's hands once written. FULL also
      // flushes the log at each one, so that it outlives a power cut: milliseconds beside trials of minutes. Set
      // here because opening a pool sets NORMAL. Readers never write.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      if let damage = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), damage != "ok" {
        throw LedgerError("the file is damaged (\(damage)); restore a copy or start a new study")
      }
    }
    let (isLater, isCurrent) = try pool.read { db in
      (try migrator.hasBeenSuperseded(db), try migrator.hasCompletedMigrations(db))
    }
    guard !isLater else { throw LedgerError("a later version of this program wrote the file; use that one") }
    if !isCurrent { try migrator.migrate(pool) }
    try pool.read { db in try LedgerDigests.check(db) }
    return pool
  }

  private static func configuration(journal: Configuration.JournalModeConfiguration) -> Configuration {
    var configuration = Configuration()
    configuration.label = "ledger"
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(patience)
    configuration.journalMode = journal
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in LedgerDigests.register(db) }
    return configuration
  }
}
