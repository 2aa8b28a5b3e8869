import Glibc

/// One process on one start of one machine, so that a number given again to another process is not taken for it.
package struct WorkerID: Sendable, Hashable, Codable {
  /// The process's number.
  package var process: Int32
  /// When it started, in clock ticks since the machine did (field 22 of `/proc/PID/stat`).
  package var started: UInt64
  /// The machine's start, from `/proc/sys/kernel/random/boot_id`.
  package var boot: String
  /// Where the process can be seen: the machine's name, and the namespace of its processes.
  package var host: String

  /// Makes an identity from its parts.
  package init(process: Int32, started: UInt64, boot: String, host: String) {
    self.process = process
    self.started = started
    self.boot = boot
    self.host = host
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
    self.init(process: process, started: started, boot: boot, host: ProcessTable.host())
  }

  /// Whether the process still runs, as far as can be told; one that ended and waits to be collected does not.
  ///
  /// On the host that asks `/proc` tells. Of a process on another one only its lease is known: it lives as long as it
  /// renews that in time.
  /// - Parameters:
  ///   - seen: when it last renewed its lease, seconds since 1970.
  ///   - now: the time it is.
  package func isAlive(seen: Double, now: Double) -> Bool {
    guard host == ProcessTable.host() else { return now - seen < Self.leaseSeconds }
    guard let current = ProcessTable.boot() else { return true }
    guard current == boot else { return false }
    switch ProcessTable.state(of: process) {
    case .running(let start): return start == started
    case .hidden: return true
    case .gone: return false
    }
  }

  /// So long a worker on another host is taken to live after it was last heard of.
  package static let leaseSeconds = 120.0
  /// So often a worker renews its lease.
  package static let renewalSeconds = 15.0
}
