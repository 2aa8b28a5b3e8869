import GRDB
import Report

/// The ledger's tables and how older ones are brought up to date.
enum LedgerSchema {
  /// Marks the file as a ledger (SQLite's `application_id`): "SWEP".
  static let applicationID: UInt32 = 0x5357_4550

  /// All steps from an empty file to today's tables; one that was ever released never changes.
  static func migrator() -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 study, workers, trials and notes") { db in try db.execute(sql: first) }
    migrator.registerMigration("2 the hosts of workers") { db in try db.execute(sql: hosts) }
    migrator.registerMigration("3 the jobs of trials on other machines") { db in try db.execute(sql: jobs) }
    migrator.registerMigration("4 the digests of rows") { db in try LedgerDigests.add(db) }
    return migrator
  }

  private static let jobs = """
    CREATE TABLE jobs (
      purpose TEXT NOT NULL,
      number INTEGER NOT NULL,
      attempt TEXT NOT NULL, -- the attempt's folder
      launcher TEXT NOT NULL,
      job TEXT NOT NULL, -- the engine's id
      host TEXT, -- NULL before it began, like waited
      cpus INTEGER NOT NULL,
      submitted REAL NOT NULL,
      waited REAL, -- seconds
      ran REAL NOT NULL, -- seconds
      PRIMARY KEY (purpose, number, attempt),
      FOREIGN KEY (purpose, number) REFERENCES trials (purpose, number) ON DELETE CASCADE
    ) WITHOUT ROWID;
    """

  /// Workers of before were all on one host; who has not been heard of since ended with the program it was.
  private static let hosts = """
    UPDATE trials SET state = 'waiting', worker = NULL, claimed = NULL, attempts = max(attempts - 1, 0)
    WHERE worker IS NOT NULL;
    DELETE FROM workers;
    DROP TABLE workers;
    CREATE TABLE workers (
      id INTEGER PRIMARY KEY,
      process INTEGER NOT NULL,
      started INTEGER NOT NULL,
      boot TEXT NOT NULL,
      host TEXT NOT NULL,
      seen REAL NOT NULL, -- when it last renewed its lease
      UNIQUE (process, started, boot, host)
    );
    """

  /// REAL columns that may be NULL hold NaN as NULL, since SQLite has no NaN; it keeps infinities as they are.
  private static let first = """
    CREATE TABLE study (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      name TEXT NOT NULL,
      recipe TEXT NOT NULL,
      digest TEXT NOT NULL,
      seed TEXT NOT NULL, -- decimal; beyond SQLite's integers
      goals TEXT NOT NULL, -- JSON
      space TEXT NOT NULL, -- JSON
      overrides TEXT NOT NULL, -- JSON
      definition TEXT NOT NULL,
      created REAL NOT NULL, -- seconds since 1970, like all times here
      stop_requested INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE workers (
      id INTEGER PRIMARY KEY,
      process INTEGER NOT NULL,
      started INTEGER NOT NULL,
      boot TEXT NOT NULL,
      seen REAL NOT NULL,
      UNIQUE (process, started, boot)
    );
    CREATE TABLE trials (
      purpose TEXT NOT NULL CHECK (purpose IN ('search', 'confirm')),
      number INTEGER NOT NULL CHECK (number >= 0),
      group_number INTEGER NOT NULL,
      repetition INTEGER NOT NULL,
      seed INTEGER,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'complete', 'pruned', 'failed')),
      assignment TEXT NOT NULL, -- JSON
      metrics TEXT NOT NULL, -- JSON
      seconds REAL NOT NULL,
      attempts INTEGER NOT NULL,
      reason TEXT,
      created REAL NOT NULL,
      claimed REAL,
      ended REAL,
      worker INTEGER REFERENCES workers (id),
      PRIMARY KEY (purpose, number),
      CHECK ((state = 'running') = (worker IS NOT NULL))
    );
    CREATE INDEX trials_by_state ON trials (purpose, state, number);
    CREATE INDEX trials_by_worker ON trials (worker) WHERE worker IS NOT NULL;
    CREATE TABLE intermediates (
      purpose TEXT NOT NULL,
      number INTEGER NOT NULL,
      step INTEGER NOT NULL,
      value REAL, -- NULL is NaN
      PRIMARY KEY (purpose, number, step),
      FOREIGN KEY (purpose, number) REFERENCES trials (purpose, number) ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE TABLE trial_values (
      purpose TEXT NOT NULL,
      number INTEGER NOT NULL,
      goal INTEGER NOT NULL, -- position in the study's goals
      value REAL, -- NULL is NaN
      PRIMARY KEY (purpose, number, goal),
      FOREIGN KEY (purpose, number) REFERENCES trials (purpose, number) ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE TABLE cells (
      purpose TEXT NOT NULL,
      number INTEGER NOT NULL,
      cell TEXT NOT NULL,
      seconds REAL, -- NULL where it came from the cache
      result_key TEXT, -- NULL where it gave no result
      PRIMARY KEY (purpose, number, cell),
      FOREIGN KEY (purpose, number) REFERENCES trials (purpose, number) ON DELETE CASCADE
    ) WITHOUT ROWID;
    CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """
}
