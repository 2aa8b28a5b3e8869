import GRDB

extension Ledger {
  /// Writes down an attempt at a trial on another machine, in place of what was known of it.
  package func keep(_ job: TrialJob) throws {
    try write("write down the job of trial \(job.number)") { db in
      try db.execute(
        sql: """
          INSERT INTO jobs (purpose, number, attempt, launcher, job, host, cpus, submitted, waited, ran)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (purpose, number, attempt) DO UPDATE SET
            job = excluded.job, host = excluded.host, cpus = excluded.cpus, submitted = excluded.submitted,
            waited = excluded.waited, ran = excluded.ran
          """,
        arguments: [
          job.purpose.rawValue, job.number, job.attempt, job.launcher, job.id, job.host, job.cpus,
          job.submitted,
          job.waited, job.ran,
        ]
      )
    }
  }

  /// The attempts at trials on other machines, by purpose and number, each trial's in the order they were handed over.
  package func jobs() throws -> [TrialJob] {
    try read("read the jobs") { db in
      let sql = "SELECT * FROM jobs ORDER BY purpose DESC, number, submitted, attempt"
      return try Row.fetchAll(db, sql: sql).map { row in
        let name: String = row["purpose"]
        guard let purpose = TrialPurpose(rawValue: name) else {
          throw LedgerError("the file is damaged: expected the purpose of a job, found \(name)")
        }
        var job = TrialJob(
          purpose: purpose,
          number: row["number"],
          attempt: row["attempt"],
          launcher: row["launcher"],
          id: row["job"],
          submitted: row["submitted"]
        )
        job.host = row["host"]
        job.cpus = row["cpus"]
        job.waited = row["waited"]
        job.ran = row["ran"]
        return job
      }
    }
  }
}
