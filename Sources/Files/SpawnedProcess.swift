import Glibc

/// Starts programs.
package enum SpawnedProcess {
  /// Starts a program in a session of its own, so that a Ctrl-C on the terminal does not reach it and all that it starts can
  /// be ended together (`kill(-process, …)`). Its standard input is empty, signals are as a shell hands them down.
  /// - Parameters:
  ///   - executable: its path, or its name, which is then looked for in `PATH`.
  ///   - output: an open descriptor for its standard output; `errors` for its standard error.
  /// - Returns: the process, which the caller has to wait for.
  /// - Throws: ``FileError`` where it cannot be started.
  package static func start(
    _ executable: String,
    _ arguments: [String],
    environment: [String: String],
    output: Int32,
    errors: Int32
  ) throws(FileError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    // Whatever else is open here, or was handed to us, is none of its business; who waits for such a file to be closed by the
    // last that has it would wait for all that the program starts. What is closed already is no error.
    for name in (try? FilePaths.list("/proc/self/fd")) ?? [] {
      if let descriptor = Int32(name), descriptor > STDERR_FILENO, descriptor != output, descriptor != errors
      {
        posix_spawn_file_actions_addclose(&actions, descriptor)
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var ignored = sigset_t()
    sigemptyset(&ignored)
    sigaddset(&ignored, SIGPIPE)
    sigaddset(&ignored, SIGXFSZ)
    posix_spawnattr_setsigdefault(&attributes, &ignored)
    // POSIX_SPAWN_SETSID, a macro that Swift does not see.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80))
    let words = CStrings([executable] + arguments)
    let variables = CStrings(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
    var process: pid_t = 0
    let code = posix_spawnp(&process, executable, &actions, &attributes, words.pointers, variables.pointers)
    guard code == 0 else { throw FileError("cannot run", executable, code: code) }
    return process
  }
}

/// Texts as C wants them: pointers, and nil at their end.
private final class CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]
  init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }
  deinit { for pointer in pointers { free(pointer) } }
}
