import Foundation
import GRDB
import Sweep
import TestSupport
import Testing

@Suite("Ledger files that are none")
struct LedgerFileTests {
  private func message(_ path: String) -> String? {
    #expect(throws: LedgerError.self) { try Ledger(opening: path) }?.description
  }

  @Test("missing, empty and foreign files are named, and foreign ones left as they are")
  func refusesForeign() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("a.db")
    #expect(message(file) == "\(file): cannot open the study: No such file or directory")
    try Data().write(to: URL(fileURLWithPath: file))
    #expect(message(file) == "\(file): expected the ledger of a study (an SQLite file), found an empty file")
    try Data(repeating: 65, count: 300).write(to: URL(fileURLWithPath: file))
    let other = "found a file of another kind, or a damaged one"
    #expect(message(file) == "\(file): expected the ledger of a study (an SQLite file), \(other)")
    try FileManager.default.removeItem(atPath: file)
    let queue = try DatabaseQueue(path: file)
    try queue.write { db in try db.execute(sql: "CREATE TABLE a (b)") }
    try queue.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(
      message(file) == "\(file): expected the ledger of a study, found an SQLite file of another program"
    )
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
  }

  @Test("a damaged ledger says so and names the file")
  func refusesDamaged() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("a.db")
    try scratch.ledger("a.db").close()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    for place in 4096..<min(bytes.count, 12288) { bytes[place] = 0xA5 }
    try bytes.write(to: URL(fileURLWithPath: file))
    let text = try #require(message(file))
    #expect(
      text.hasPrefix("\(file): ") && text.contains("the file is damaged (") && text.contains("restore a copy")
    )
    try bytes.prefix(5000).write(to: URL(fileURLWithPath: file))
    let cut = try #require(message(file))
    #expect(cut.hasPrefix("\(file): ") && cut.contains("the file is damaged ("))
  }

  @Test("a bit that is another in a trial's value, settings or steps is found, though SQLite finds nothing")
  func refusesOtherValues() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("a.db")
    let worker = try WorkerID.current()
    do {
      let ledger = try Ledger(creating: file, Studies.info())
      _ = try ledger.claim(worker: worker, propose: Studies.upTo(1))
      try ledger.record(intermediate: 7, value: 0.8125, of: 0)
      try ledger.finish(0, by: worker, TrialOutcome(.complete, values: [0.640625]))
      _ = try ledger.pragma("wal_checkpoint(TRUNCATE)")
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    for (number, table) in [(0.640625, "trial_values"), (0.8125, "intermediates")] {
      let written = Data(withUnsafeBytes(of: number.bitPattern.bigEndian, Array.init))
      let place = try #require(whole.range(of: written)?.lowerBound)
      var bytes = whole
      bytes[place + 2] ^= 1
      try bytes.write(to: URL(fileURLWithPath: file))
      #expect(
        message(file)
          == "\(file): the file is damaged (a row of '\(table)' is not as written); restore a copy or start a new study"
      )
    }
    try whole.write(to: URL(fileURLWithPath: file))
    #expect(try Ledger(opening: file).trial(0).values == [0.640625])
  }

  @Test("opening a ledger twice in a process leaves the first one's locks in place")
  func keepsLocks() throws {
    let scratch = try ScratchFolder()
    let ledger = try scratch.ledger()
    _ = try Ledger(opening: ledger.path)
    // A connection to a log keeps a shared lock on the file; the kernel lists it by inode.
    let inode = try #require(
      FileManager.default.attributesOfItem(atPath: ledger.path)[.systemFileNumber] as? UInt64
    )
    let locks = try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
    #expect(locks.contains { $0.contains(":\(inode) ") && $0.contains("POSIX") })
  }

  @Test(
    "a ledger of before hosts were kept is brought up to date; its trials are whole, and what ran waits again"
  )
  func olderVersion() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("old.db")
    do {
      let ledger = try Ledger(creating: file, Studies.info())
      _ = try ledger.claim(worker: try WorkerID.current(), propose: Studies.upTo(2))
      try ledger.finish(0, by: try WorkerID.current(), TrialOutcome(.complete, values: [0.5]))
      _ = try ledger.claim(worker: try WorkerID.current(), propose: Studies.upTo(2))
      // As the first version had it.
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      try DatabaseQueue(path: file, configuration: configuration).write { db in
        try db.execute(
          sql: """
            CREATE TABLE copies AS SELECT id, process, started, boot, seen FROM workers;
            DROP TABLE workers;
            CREATE TABLE workers (
              id INTEGER PRIMARY KEY, process INTEGER NOT NULL, started INTEGER NOT NULL, boot TEXT NOT NULL,
              seen REAL NOT NULL, UNIQUE (process, started, boot)
            );
            INSERT INTO workers SELECT * FROM copies;
            DROP TABLE copies;
            DELETE FROM grdb_migrations WHERE identifier = '2 the hosts of workers';
            """
        )
      }
    }
    let ledger = try Ledger(opening: file)
    #expect(try ledger.trial(0).values == [0.5])
    #expect(try ledger.trial(1).state == .waiting && ledger.trial(1).attempts == 0)
    #expect(try ledger.claim(worker: try WorkerID.current(), propose: Studies.upTo(2))?.number == 1)
  }

  @Test("a ledger of a later version is refused")
  func refusesLater() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("a.db")
    try scratch.ledger("a.db").close()
    let queue = try DatabaseQueue(path: file)
    try queue.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('3 more')") }
    try queue.close()
    #expect(message(file) == "\(file): a later version of this program wrote the file; use that one")
  }
}
