import Foundation
import GRDB
import TestSupport
import Testing

@testable import Sweep

@Suite("Ledger between processes")
struct LedgerProcessTests {
  @Test("four processes claim 200 trials without doubling one and without an error of locks")
  func claimsOnce() throws {
    let scratch = try ScratchFolder()
    // No connection is left open here, so the helpers also meet at the start of the file's log.
    let path = try { try scratch.ledger().path }()
    let helpers = try (0..<4).map { _ in try Helper("claim", path) }
    let lines = helpers.map { $0.lines() }
    for helper in helpers {
      helper.process.waitUntilExit()
      #expect(helper.process.terminationStatus == 0)
    }
    #expect(lines.joined().compactMap(Int.init).sorted() == Array(0..<200))
    #expect(lines.joined().count == 200)
    let trials = try Ledger(opening: path).trials()
    #expect(trials.map(\.number) == Array(0..<200))
    #expect(
      trials.allSatisfy { $0.state == .complete && $0.attempts == 1 && $0.values == [Double($0.number)] }
    )
  }

  @Test("threads of one process share a ledger without doubling a trial")
  func claimsOnceInThreads() async throws {
    let scratch = try ScratchFolder()
    let ledger = try scratch.ledger()
    let worker = try WorkerID.current()
    let numbers = try await withThrowingTaskGroup(of: [Int].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var mine: [Int] = []
          while let trial = try ledger.claim(worker: worker, propose: Studies.upTo(40)) {
            mine.append(trial.number)
            try ledger.finish(trial.number, by: worker, TrialOutcome(.failed))
          }
          return mine
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(numbers.sorted() == Array(0..<40))
  }

  @Test("a process killed while it writes loses nothing it was told is recorded, and its trial waits again")
  func outlivesKill() throws {
    let scratch = try ScratchFolder()
    let ledger = try scratch.ledger()
    let helper = try Helper("record", ledger.path)
    for step in 1...40 { #expect(helper.line() == "\(step)") }
    helper.kill()
    let last = helper.lines().last.flatMap(Int.init) ?? 40

    let after = try Ledger(opening: ledger.path)
    let recorded = try after.trial(0).intermediates
    #expect(recorded.count >= last)
    #expect(recorded == (1...recorded.count).map { .init(step: $0, value: Double($0) / 8) })
    #expect(try after.reclaim() == 1)
    #expect(try after.trial(0).state == .waiting)
    #expect(try after.trial(0).intermediates == recorded)
  }

  @Test(
    "a living worker keeps its trial; once it is dead the next claim takes it over, not counted as a failure"
  )
  func takesOverFromDead() throws {
    let scratch = try ScratchFolder()
    let ledger = try scratch.ledger()
    let worker = try WorkerID.current()
    let helper = try Helper("hold", ledger.path)
    #expect(helper.line() == "0")
    #expect(try ledger.claim(worker: worker, propose: Studies.upTo(1)) == nil)
    let pid = helper.process.processIdentifier
    let busy = try ledger.workers().filter { $0.id.process == pid }
    #expect(busy.first?.work.map(\.number) == [0] && busy.first?.work.map(\.purpose) == [.search])
    #expect(try ledger.workers().first { $0.id == worker }?.work == [])
    helper.kill()
    #expect(try ledger.workers().map(\.id) == [worker])
    let trial = try ledger.claim(worker: worker, propose: Studies.upTo(1))
    #expect(trial?.number == 0 && trial?.attempts == 1 && trial?.reason == nil)
  }

  @Test("a number given to another process, and another start of the machine, are a dead worker")
  func tellsProcessesApart() throws {
    let scratch = try ScratchFolder()
    let ledger = try scratch.ledger()
    let worker = try WorkerID.current()
    var recycled = worker
    recycled.started += 1
    var rebooted = worker
    rebooted.boot = "another"
    for seen in [0.0, 1e9] {
      #expect(worker.isAlive(seen: seen, now: 1e9))
      #expect(!recycled.isAlive(seen: seen, now: 1e9) && !rebooted.isAlive(seen: seen, now: 1e9))
    }
    _ = try ledger.claim(worker: recycled, propose: Studies.upTo(1))
    #expect(try ledger.claim(worker: worker, propose: Studies.upTo(1))?.number == 0)
    #expect(throws: LedgerError.self) { try ledger.finish(0, by: recycled, TrialOutcome(.failed)) }
  }

  @Test("a worker on another host lives as long as it renews its lease, and then its trial is another's")
  func leases() throws {
    let scratch = try ScratchFolder()
    let ledger = try scratch.ledger()
    let worker = try WorkerID.current()
    var remote = worker
    remote.host = "elsewhere pid:[1]"
    remote.boot = "another"
    #expect(remote.isAlive(seen: 1000, now: 1119) && !remote.isAlive(seen: 1000, now: 1120))
    #expect(try ledger.claim(worker: remote, propose: Studies.upTo(1))?.number == 0)
    #expect(try ledger.claim(worker: worker, propose: Studies.upTo(1)) == nil)
    #expect(try ledger.workers().contains { $0.id == remote && $0.work.map(\.number) == [0] })
    func age() throws {
      try DatabaseQueue(path: ledger.path).write { db in
        try db.execute(sql: "UPDATE workers SET seen = seen - 121 WHERE boot = 'another'")
      }
    }
    try age()
    try ledger.renew(remote)
    #expect(try ledger.claim(worker: worker, propose: Studies.upTo(1)) == nil)
    try age()
    #expect(try ledger.claim(worker: worker, propose: Studies.upTo(1))?.number == 0)
    #expect(throws: LedgerError.self) { try ledger.finish(0, by: remote, TrialOutcome(.failed)) }
  }

  @Test("a process's line is read past blanks and brackets in its name; one that ended is gone")
  func readsStat() {
    let tail = " 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 1 2"
    #expect(ProcessTable.parse(stat: "12 (a) b (c) S" + tail) == .running(started: 98765))
    #expect(ProcessTable.parse(stat: "12 (a) Z" + tail) == .gone)
    #expect(ProcessTable.parse(stat: "12 (a) S 1 1") == nil)
  }
}
