import Files
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// One job in a process of its own on this machine.
final class TrialProcess: Sendable {
  private struct State {
    var process: pid_t?
    var end: JobEnd?
    var isKilled = false
  }

  private let state = Mutex(State())

  private init() {}

  /// Starts `executable` with `arguments`, its standard error going to the end of the file `log`.
  static func start(executable: String, arguments: [String], log: String) -> TrialProcess {
    let trial = TrialProcess()
    Task.detached { await trial.run(executable, arguments, log) }
    return trial
  }

  /// How it ended, nil while it runs.
  var end: JobEnd? { state.withLock { $0.end } }

  /// Sends a signal, where it runs.
  func signal(_ number: Int32) {
    state.withLock { state in
      if number == SIGKILL { state.isKilled = true }
      guard let process = state.process, state.end == nil else { return }
      kill(process, number)
    }
  }

  private func run(_ executable: String, _ arguments: [String], _ log: String) async {
    do {
      let file = try Self.opened(log)
      let result = try await Subprocess.run(
        .path(FilePath(executable)),
        arguments: Arguments(arguments),
        input: .none,
        output: .discarded,
        error: .fileDescriptor(file, closeAfterSpawningProcess: true)
      ) { execution in
        self.begin(execution.processIdentifier.value)
      }
      finish(result.terminationStatus)
    } catch {
      state.withLock { $0.end = .notStarted("\(error)") }
    }
  }

  private static func opened(_ log: String) throws -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        FilePath(log),
        .writeOnly,
        // A pipe that nobody reads from would be waited for.
        options: [.create, .append, .closeOnExec, .nonBlocking],
        permissions: [.ownerReadWrite, .groupRead, .otherRead]
      )
    } catch let error as Errno {
      throw FileError("cannot write", log, code: error.rawValue)
    }
  }

  private func begin(_ process: pid_t) {
    state.withLock { state in
      state.process = process
      if state.isKilled { kill(process, SIGKILL) }
    }
  }

  private func finish(_ status: TerminationStatus) {
    state.withLock { state in
      switch status {
      case .exited(let code): state.end = .exited(code)
      case .signaled(let number): state.end = .signalled(number)
      }
    }
  }
}
