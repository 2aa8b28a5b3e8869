import Files
import Glibc
import Notebook
import Report

/// A program of the user's while it runs, with all that it starts.
///
/// It has a session of its own, so that all of it can be ended together, and ends with this process, however that ends.
struct ScriptProcess {
  let words: [String]
  let place: ScriptPlace
  let limits: ScriptLimits
  let context: RunContext

  /// How many lines of what it said an error shows.
  private static let shownLines = 12
  /// How long it may take to end after it was asked to.
  private static let grace = Duration.seconds(5)

  /// Where a program of this name is; nil where it is not found.
  static func path(of program: String) -> String? {
    if program.contains("/") { return FilePaths.exists(program) ? program : nil }
    let folders = (ProcessEnvironment.variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(
      separator: ":"
    )
    return folders.map { FilePaths.join(String($0), program) }.first {
      access($0, X_OK) == 0 && !FilePaths.isFolder($0)
    }
  }

  /// Runs it to its end.
  /// - Throws: `RunFailure` where it fails, takes too long or too much memory; `Interrupted`.
  func run() throws {
    guard let program = words.first.flatMap(Self.path(of:)) else {
      throw RunFailure("the program '\(words.first ?? "")' is not found")
    }
    guard access(program, X_OK) == 0 else {
      throw RunFailure(
        "'\(program)' may not be executed: name what runs it ([python3, \(FilePaths.name(of: program))]), or chmod +x"
      )
    }
    var call = [program] + words.dropFirst()
    // The kernel ends it where this process ends without a word.
    if let tool = Self.path(of: "setpriv") { call = [tool, "--pdeathsig", "KILL", "--"] + call }
    call = ["env", "--chdir=\(place.folder)"] + call
    let process = try start(call)
    let log = ScriptLog(place.log)
    defer { log.drain(to: context) }
    let clock = ContinuousClock()
    let start = clock.now
    while true {
      if let status = Self.ended(process) {
        // What it started and left behind ends with it.
        kill(-process, SIGKILL)
        return try finish(status, log)
      }
      log.drain(to: context)
      usleep(20_000)
      if Cancellation.isRequested {
        stop(process)
        throw Interrupted()
      }
      if (clock.now - start) / .seconds(1) > limits.timeout {
        stop(process)
        let limit = NumberFormat.duration(seconds: limits.timeout)
        throw failure("ran for more than \(limit) ('timeout') and was ended", log)
      }
      guard let most = limits.memory else { continue }
      let used = ProcessMemory.resident(ofSession: process)
      guard used > most else { continue }
      stop(process)
      let (taken, limit) = (NumberFormat.bytes(used), NumberFormat.bytes(most))
      throw failure("took \(taken), more than the \(limit) of 'memory', and was ended", log)
    }
  }

  private func start(_ call: [String]) throws -> pid_t {
    let log = open(place.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard log >= 0 else { throw FileError("cannot write", place.log) }
    defer { close(log) }
    return try SpawnedProcess.start(
      call[0],
      Array(call.dropFirst()),
      environment: ProcessEnvironment.variables,
      output: log,
      errors: log
    )
  }

  /// How a process ended, as `wait` says it; nil while it runs.
  private static func ended(_ process: pid_t) -> Int32? {
    var status: Int32 = 0
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { return status }
      guard found < 0, errno == EINTR else { return found == 0 ? nil : 0 }
    }
  }

  /// Asks all of it to end, and ends what does not.
  private func stop(_ process: pid_t) {
    kill(-process, SIGTERM)
    let clock = ContinuousClock()
    let start = clock.now
    while clock.now - start < Self.grace {
      if Self.ended(process) != nil { break }
      usleep(10_000)
    }
    kill(-process, SIGKILL)
    while Self.ended(process) == nil { usleep(2_000) }
  }

  private func finish(_ status: Int32, _ log: ScriptLog) throws {
    let signal = status & 0x7f
    guard signal == 0 else { throw failure("was ended by signal \(signal)", log) }
    let code = (status >> 8) & 0xff
    guard code == 0 else { throw failure("ended with exit code \(code)", log) }
  }

  private func failure(_ what: String, _ log: ScriptLog) -> RunFailure {
    log.drain(to: context)
    let said = log.last(Self.shownLines)
    let head = "'\(words.map(FilePaths.name(of:)).joined(separator: " "))' \(what)"
    return RunFailure(
      said.isEmpty
        ? "\(head); it said nothing"
        : ([head + "; it said:"] + said.map { "  " + $0 }).joined(separator: "\n")
    )
  }
}
