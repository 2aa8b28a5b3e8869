import Files
import Glibc

/// What `/proc` says about processes.
enum ProcessTable {
  /// How a process is.
  enum State: Equatable {
    /// It runs since `started` clock ticks after the machine's start.
    case running(started: UInt64)
    /// It is there, but may not be looked at.
    case hidden
    /// There is none, or it ended and waits to be collected.
    case gone
  }

  /// The id of the machine's start, or nil where the kernel does not tell.
  static func boot() -> String? {
    guard let text = SystemFile.text("/proc/sys/kernel/random/boot_id") else { return nil }
    let id = text.filter { !$0.isWhitespace }
    return id.isEmpty ? nil : id
  }

  /// The machine's name and the namespace of the processes that are seen here: containers on one machine have the same
  /// start, and numbers of their own.
  static func host() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    var space = [CChar](repeating: 0, count: 64)
    let length = readlink("/proc/self/ns/pid", &space, space.count - 1)
    let machine = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return machine
      + (length > 0
        ? " " + String(decoding: space.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) : "")
  }

  /// How the process with this number is.
  static func state(of process: Int32) -> State {
    guard process > 0 else { return .gone }
    if let text = SystemFile.text("/proc/\(process)/stat"), let state = parse(stat: text) { return state }
    // Where the mount hides others' processes only a signal tells; better wait for a dead one than double a trial.
    return kill(process, 0) == 0 || errno == EPERM ? .hidden : .gone
  }

  /// Reads a line of `/proc/PID/stat`; the name in its second field may hold blanks and brackets.
  static func parse(stat: String) -> State? {
    guard let bracket = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: bracket)...].split(whereSeparator: \.isWhitespace)
    // The third field of the line is the first here, so the 22nd is at 19.
    guard fields.count > 19, let started = UInt64(fields[19]) else { return nil }
    return fields[0] == "Z" || fields[0] == "X" ? .gone : .running(started: started)
  }
}
