import Foundation
import GRDB
import TestSupport
import Testing

@testable import Sweep

@Suite("Ledger")
struct LedgerTests {
  let scratch: ScratchFolder
  let ledger: Ledger
  let worker: WorkerID

  init() throws {
    scratch = try ScratchFolder()
    ledger = try scratch.ledger()
    worker = try WorkerID.current()
  }

  @Test("gives back the study's description as it was written")
  func keepsInfo() throws {
    #expect(try Ledger(opening: ledger.path).info == Studies.info())
  }

  @Test("the files that trials read stay what they were when the first read them")
  func inputs() throws {
    #expect(try ledger.inputs().isEmpty)
    #expect(try ledger.add(inputs: ["/d/a.csv": "1", "/d/b.csv": "2"]) == nil)
    #expect(try ledger.add(inputs: ["/d/c.csv": "3", "/d/a.csv": "1"]) == nil)
    #expect(try ledger.add(inputs: ["/d/d.csv": "4", "/d/b.csv": "5", "/d/a.csv": "6"]) == "/d/a.csv")
    #expect(try Ledger(opening: ledger.path).inputs() == ["/d/a.csv": "1", "/d/b.csv": "2", "/d/c.csv": "3"])
  }

  @Test(
    "how long a search took is written down on the way and added up over sweeps, what lies between them left out"
  )
  func clock() throws {
    func noted(_ purpose: TrialPurpose) throws -> Double? {
      try Ledger(opening: ledger.path).note(SweepRecord.wallKey(purpose)).flatMap(Double.init)
    }
    // Nobody says that it ends: it is killed after five seconds.
    let killed = try SweepClock(ledger, .search, started: ContinuousClock.now - .seconds(5))
    killed.tick()
    let first = try #require(try noted(.search))
    #expect(first >= 5 && first < 60)
    let second = try SweepClock(ledger, .search, started: ContinuousClock.now - .seconds(70))
    second.note()
    let sum = try #require(try noted(.search))
    #expect(sum >= first + 70 && sum < first + 130)
    // Just written: not again.
    second.tick()
    #expect(try noted(.search) == sum)
    #expect(try noted(.confirm) == nil)
  }

  @Test(
    "what a kill left of attempts at trials that have ended goes, whether something is in it or not; no other's does"
  )
  func endedJobs() throws {
    for number in 0..<3 {
      _ = try ledger.claim(worker: worker, propose: Studies.upTo(3))
      if number < 2 { try ledger.finish(number, by: worker, TrialOutcome(.complete, values: [1])) }
    }
    let folder = StudyFolder(scratch.path)
    try scratch.write("jobs/trials-0000/k3f9/end.json", "{")
    try scratch.write("jobs/trials-0001/.keep", "")
    try FileManager.default.removeItem(atPath: scratch.file("jobs/trials-0001/.keep"))
    try scratch.write("jobs/trials-0002/k3f9/end.json", "{")
    try folder.removeEndedJobs(ledger)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.jobs) == ["trials-0002"])
  }

  @Test("commits are flushed, and the file is in write-ahead mode with foreign keys on")
  func isDurable() throws {
    #expect(try ledger.pragma("synchronous") == "2")
    #expect(try ledger.pragma("journal_mode") == "wal")
    #expect(try ledger.pragma("foreign_keys") == "1")
  }

  @Test("does not make a study over a file that is there")
  func keepsOthersFile() throws {
    let error = #expect(throws: LedgerError.self) { try Ledger(creating: ledger.path, Studies.info()) }
    #expect(error?.description == "\(ledger.path): cannot make the study: there is already a file")
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    #expect(left.filter { $0.contains("new") }.isEmpty)
  }

  @Test("a trial goes from proposed to complete with all that was recorded")
  func goesThrough() throws {
    let claimed = try ledger.claim(worker: worker) { trials in
      #expect(trials.isEmpty)
      var first = Trial(number: 0, assignment: ["rate": 0.1, "loss": 2])
      first.seed = 7
      first.created = 100
      var second = Trial(number: 1, assignment: first.assignment, group: 0)
      second.repetition = 1
      return [first, second]
    }
    #expect(claimed?.number == 0 && claimed?.state == .running && claimed?.attempts == 1)
    try ledger.record(intermediate: 2, value: 0.25, of: 0)
    try ledger.record(intermediate: 1, value: 0.5, of: 0)
    try ledger.record(intermediate: 2, value: 0.75, of: 0)
    try ledger.addSeconds(1.5, to: 0)
    var outcome = TrialOutcome(.complete, values: [0.75], seconds: 2)
    outcome.metrics = ["b/c": 1, "a": .infinity]
    outcome.cellSeconds = ["train": 3]
    outcome.cellKeys = ["train": "k1", "load": "k0"]
    #expect(try ledger.finish(0, by: worker, outcome))

    let trial = try ledger.trial(0)
    #expect(trial.state == .complete && trial.seed == 7 && trial.created == 100)
    #expect(trial.assignment == ["rate": 0.1, "loss": 2])
    #expect(trial.intermediates == [.init(step: 1, value: 0.5), .init(step: 2, value: 0.75)])
    #expect(trial.values == [0.75] && trial.metrics == ["b/c": 1, "a": .infinity] && trial.seconds == 3.5)
    #expect(trial.cellSeconds == ["train": 3] && trial.cellKeys == ["train": "k1", "load": "k0"])
    #expect(trial.ended ?? 0 > 1_700_000_000)
    let second = try ledger.claim(worker: worker) { _ in
      Issue.record("a trial waits, so none is proposed")
      return nil
    }
    #expect(second?.number == 1 && second?.group == 0 && second?.repetition == 1 && second?.seed == nil)
  }

  @Test("a finished trial never changes")
  func isFinal() throws {
    _ = try ledger.claim(worker: worker, propose: Studies.upTo(1))
    let outcome = TrialOutcome(.pruned, values: nil, reason: "worse than the median")
    #expect(try ledger.finish(0, by: worker, outcome))
    let before = try ledger.trial(0)
    #expect(try !ledger.finish(0, by: worker, TrialOutcome(.complete, values: [1])))
    #expect(throws: LedgerError.self) { try ledger.record(intermediate: 1, value: 1, of: 0) }
    #expect(throws: LedgerError.self) { try ledger.addSeconds(1, to: 0) }
    #expect(throws: LedgerError.self) { try ledger.retry(0, by: worker, reason: "again") }
    #expect(throws: LedgerError.self) { try ledger.release(0, by: worker) }
    #expect(try ledger.trial(0) == before && before.reason == "worse than the median")
  }

  @Test("only the worker at a trial ends it or puts it back")
  func isOwned() throws {
    _ = try ledger.claim(worker: worker, propose: Studies.upTo(1))
    let other = try WorkerID(process: getppid())
    let error = #expect(throws: LedgerError.self) { try ledger.finish(0, by: other, TrialOutcome(.failed)) }
    #expect(
      error?.message
        == "expected trial 0 to be run by process \(other.process), but another runs it"
    )
    #expect(throws: LedgerError.self) { try ledger.release(0, by: other) }
    #expect(try ledger.trial(0).state == .running)
  }

  @Test("a retried attempt counts, a released one does not")
  func countsAttempts() throws {
    _ = try ledger.claim(worker: worker, propose: Studies.upTo(1))
    try ledger.record(intermediate: 1, value: 0.5, of: 0)
    try ledger.retry(0, by: worker, reason: "out of memory")
    var trial = try ledger.trial(0)
    #expect(trial.state == .waiting && trial.attempts == 1 && trial.reason == "out of memory")
    #expect(trial.intermediates == [.init(step: 1, value: 0.5)])
    #expect(try ledger.claim(worker: worker, propose: Studies.upTo(1))?.attempts == 2)
    try ledger.release(0, by: worker)
    trial = try ledger.trial(0)
    #expect(trial.state == .waiting && trial.attempts == 1)
  }

  @Test("NaN and the infinities come back as they were")
  func keepsNaN() throws {
    _ = try ledger.claim(worker: worker) { _ in [Trial(number: 0, assignment: ["rate": -.infinity])] }
    for (step, value) in [Double.nan, .infinity, -.infinity, 0.1].enumerated() {
      try ledger.record(intermediate: step, value: value, of: 0)
    }
    var outcome = TrialOutcome(.failed, values: [.nan])
    outcome.metrics = ["loss": .nan]
    try ledger.finish(0, by: worker, outcome)
    let trial = try ledger.trial(0)
    #expect(trial.intermediates.count == 4 && trial.intermediates.first?.value.isNaN == true)
    #expect(trial.intermediates.dropFirst().map(\.value) == [.infinity, -.infinity, 0.1])
    #expect(trial.values?.map(\.isNaN) == [true] && trial.metrics["loss"]?.isNaN == true)
    #expect(trial.assignment == ["rate": -.infinity])
  }

  @Test("nothing to propose gives nil; numbers with a gap and an error in between leave nothing behind")
  func takesBack() throws {
    struct Odd: Error {}
    #expect(try ledger.claim(worker: worker) { _ in nil } == nil)
    let gap = #expect(throws: LedgerError.self) {
      try ledger.claim(worker: worker) { _ in
        [Trial(number: 0, assignment: [:]), Trial(number: 2, assignment: [:])]
      }
    }
    #expect(gap?.message == "expected the proposed trial to have number 1, not 2")
    #expect(throws: Odd.self) { try ledger.claim(worker: worker) { _ in throw Odd() } }
    #expect(try ledger.trials().isEmpty)
  }

  @Test("confirmation runs are numbered and kept apart from the search")
  func keepsPurposesApart() throws {
    _ = try ledger.claim(worker: worker, propose: Studies.upTo(2))
    let run = try ledger.claim(worker: worker, purpose: .confirm, propose: Studies.upTo(5))
    #expect(run?.number == 0)
    try ledger.record(intermediate: 1, value: 3, of: 0, purpose: .confirm)
    try ledger.finish(0, by: worker, TrialOutcome(.complete, seconds: 4), purpose: .confirm)
    #expect(try ledger.trial(0).state == .running)
    #expect(try ledger.trial(0).intermediates.isEmpty)
    let confirmed = try ledger.trials(purpose: .confirm)
    #expect(confirmed.map(\.state) == [.complete] && confirmed.map(\.seconds) == [4])
    #expect(try ledger.trials().count == 1)
  }

  @Test("outcomes that do not fit the study are refused")
  func checksOutcomes() throws {
    _ = try ledger.claim(worker: worker, propose: Studies.upTo(1))
    for outcome in [
      TrialOutcome(.running), TrialOutcome(.complete), TrialOutcome(.complete, values: [1, 2]),
      TrialOutcome(.failed, seconds: .nan),
    ] {
      #expect(throws: LedgerError.self) { try ledger.finish(0, by: worker, outcome) }
    }
    #expect(throws: LedgerError.self) { try ledger.addSeconds(-1, to: 0) }
    #expect(throws: LedgerError.self) { try ledger.trial(4) }
    #expect(try ledger.trial(0).state == .running)
  }

  @Test("a request to stop and notes are seen by every connection")
  func keepsNotes() throws {
    let other = try Ledger(opening: ledger.path)
    #expect(try !other.isStopRequested)
    try ledger.requestStop()
    #expect(try other.isStopRequested)
    try other.clearStop()
    #expect(try !ledger.isStopRequested)
    #expect(try other.note("best") == nil)
    try ledger.setNote("best", "3")
    try ledger.setNote("best", "4")
    #expect(try other.note("best") == "4")
    try other.setNote("best", nil)
    #expect(try ledger.note("best") == nil)
  }
}
