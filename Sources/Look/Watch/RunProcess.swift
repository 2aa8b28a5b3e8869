import Files
import Glibc

/// A run as a process of its own, so that it can be ended at any place and leaves no memory behind.
///
/// It is asked to stop by its standard input being closed, which happens by itself where this process dies. What it writes
/// to standard output is kept: a line with its report, or what went wrong.
final class RunProcess {
  /// How a run came to its end.
  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  /// What was written so far; the other side's end is the end of it.
  private(set) var output = ""
  /// Readable where more was written or the process is at its end.
  let descriptor: Int32
  private let process: pid_t
  private var input: Int32
  private static let mostOutput = 1 << 20

  /// Starts `executable` with `arguments`; it writes to our standard error.
  /// - Throws: `FileError` where it cannot be started.
  init(_ executable: String, _ arguments: [String]) throws {
    // Pairs of sockets, as pipes cannot be made so that another process that starts meanwhile does not get them.
    let control = try Self.pair(executable)
    let result: [Int32]
    do { result = try Self.pair(executable) } catch {
      for end in control { close(end) }
      throw error
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, control[0], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, result[1], STDOUT_FILENO)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var started = pid_t()
    let code = SpawnWords.with([executable] + arguments) { words, environment in
      posix_spawn(&started, executable, &actions, nil, words, environment)
    }
    close(control[0])
    close(result[1])
    guard code == 0 else {
      close(control[1])
      close(result[0])
      throw FileError("cannot start", executable, code: code)
    }
    (process, input, descriptor) = (started, control[1], result[0])
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  private static func pair(_ executable: String) throws -> [Int32] {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw FileError("cannot start", executable) }
    return ends
  }

  deinit {
    if input >= 0 { close(input) }
    close(descriptor)
  }

  /// Takes in what was written; its end where it has come to it.
  func poll() -> End? {
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = read(descriptor, &bytes, bytes.count)
      if count > 0 {
        if output.utf8.count < Self.mostOutput { output += String(decoding: bytes[..<count], as: UTF8.self) }
        continue
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return nil }
      break
    }
    // Whoever closes standard output is about to end.
    return wait()
  }

  private func wait() -> End {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let number = status & 0x7f
    return number == 0 ? .exited((status >> 8) & 0xff) : .signalled(number)
  }

  /// Asks it to stop, and ends it where it does not within `seconds`; when this returns it is gone.
  func stop(within seconds: Int) -> End {
    if input >= 0 { close(input) }
    input = -1
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      _ = Glibc.poll(&waited, 1, 50)
      if let end = poll() { return end }
    }
    kill(process, SIGKILL)
    return wait()
  }
}
