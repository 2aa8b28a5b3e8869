import Glibc

/// One process on one start of the machine, so that a number given again to another process is not taken for it.
///
/// All workers of a study must see one another in `/proc`: they share a machine and a process namespace.
package struct WorkerID: Sendable, Hashable, Codable {
  /// The process's number.
  package var process: Int32
  /// When it started, in clock ticks since the machine did (field 22 of `/proc/PID/stat`).
  package var started: UInt64
  /// The machine's start, from `/proc/sys/kernel/random/boot_id`.
  package var boot: String

  /// Makes an identity from its parts.
  package init(process: Int32, started: UInt64, boot: String) {
    self.process = process
    self.started = started
    self.boot = boot
  }

  /// The process that asks.
  ///
  /// - Throws: `LedgerError` where `/proc` cannot be read.
  package static func current() throws -> WorkerID { try WorkerID(process: getpid()) }

  /// The process that has the number `process` now.
  ///
  /// - Throws: `LedgerError` where there is none or `/proc` cannot be read.
  package init(process: Int32) throws {
    guard let boot = ProcessTable.boot() else {
      throw LedgerError("expected the machine's start in /proc/sys/kernel/random/boot_id, found none")
    }
    guard case .running(let started) = ProcessTable.state(of: process) else {
      throw LedgerError("expected process \(process) in /proc, found none that runs")
    }
    self.init(process: process, started: started, boot: boot)
  }

  /// Whether the process still runs; one that ended and waits to be collected does not.
  package var isAlive: Bool {
    guard let now = ProcessTable.boot() else { return true }
    guard now == boot else { return false }
    switch ProcessTable.state(of: process) {
    case .running(let start): return start == started
    case .hidden: return true
    case .gone: return false
    }
  }
}
