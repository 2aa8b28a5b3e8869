import Files
import Glibc

/// A process in a session of its own, which no signal of a terminal reaches and which outlives this one.
enum DetachedProcess {
  /// Starts `executable` with `arguments`; what it says goes to the end of the file `log`.
  /// - Throws: `FileError` where it cannot be started.
  static func start(_ executable: String, _ arguments: [String], log: String) throws -> pid_t {
    try Folders.make(FilePaths.parent(of: log))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    // A pipe that nobody reads from would be waited for.
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, flags, 0o644)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Glibc's module leaves out
    posix_spawnattr_setflags(&attributes, newSession)
    var started = pid_t()
    let code = SpawnWords.with([executable] + arguments) { words, environment in
      posix_spawn(&started, executable, &actions, &attributes, words, environment)
    }
    guard code == 0 else { throw FileError("cannot start", executable, code: code) }
    return started
  }

  /// Waits for its end.
  /// - Returns: its exit code, 128 and the number of a signal for one that ended it.
  static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      if errno != EINTR { return -1 }
    }
    let number = status & 0x7f
    return number == 0 ? (status >> 8) & 0xff : 128 + number
  }
}

/// Arguments and environment as the system takes them.
enum SpawnWords {
  /// Calls `body` with `words` and the environment of this process.
  static func with<Result>(
    _ words: [String],
    _ body: ([UnsafeMutablePointer<CChar>?], [UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let variables = ProcessEnvironment.variables.map { "\($0)=\($1)" }
    let (arguments, environment) = (words.map { strdup($0) } + [nil], variables.map { strdup($0) } + [nil])
    defer { for text in arguments + environment { free(text) } }
    return body(arguments, environment)
  }
}
