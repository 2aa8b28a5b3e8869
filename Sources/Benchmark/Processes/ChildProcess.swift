import Files
import Glibc
import Notebook

/// A program that is run to its end and measured.
struct ChildProcess {
  /// The path of the program, or its name, which is then looked for in `PATH`.
  var executable: String
  var arguments: [String] = []
  var environment: [String: String] = [:]

  /// What one run came to.
  struct Outcome {
    /// The exit code; 128 and the signal's number where a signal ended it.
    var status: Int32
    /// From before its start to after its end.
    var seconds: Double
    /// The most memory it had resident at once, in bytes.
    var peakBytes: Int
    /// Standard output.
    var output: String
    /// The end of standard error.
    var errors: String

    /// The line of standard error that says what went wrong: the first that names an error, else the last.
    var complaint: String {
      let lines = errors.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
      return (lines.first { $0.contains("error:") } ?? lines.last).map(String.init) ?? ""
    }
  }

  /// The most of standard error that is kept.
  private static let keptErrors = 1 << 16

  /// Runs the program; where the user asks to stop, it is asked to end and waited for.
  /// - Throws: `FileError` where it cannot be started, `Interrupted`.
  func run() throws -> Outcome {
    try Cancellation.check()
    let output = try Pipe()
    let errors = try Pipe()
    let clock = ContinuousClock()
    let start = clock.now
    let process = try SpawnedProcess.start(
      executable,
      arguments,
      environment: environment,
      output: output.writing,
      errors: errors.writing
    )
    output.closeWriting()
    errors.closeWriting()
    var texts: [[UInt8]] = [[], []]
    do {
      try read([output, errors], into: &texts)
    } catch {
      end(process)
      throw error
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
    let seconds = (clock.now - start) / .seconds(1)
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
      seconds: seconds,
      peakBytes: Int(usage.ru_maxrss) * 1024,
      output: String(decoding: texts[0], as: UTF8.self),
      errors: String(decoding: texts[1], as: UTF8.self)
    )
  }

  /// Reads both streams until they are closed, which is when the program has ended.
  private func read(_ pipes: [Pipe], into texts: inout [[UInt8]]) throws {
    var places = pipes.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while places.contains(where: { $0.fd >= 0 }) {
      // A signal may be taken by another thread: look now and then.
      let ready = poll(&places, nfds_t(places.count), 200)
      try Cancellation.check()
      guard ready > 0 else { continue }
      for index in places.indices where places[index].fd >= 0 && places[index].revents != 0 {
        let count = Glibc.read(places[index].fd, &chunk, chunk.count)
        if count > 0 { texts[index] += chunk[..<count] }
        if count == 0 || (count < 0 && errno != EINTR) { places[index].fd = -1 }
      }
      if texts[1].count > 2 * Self.keptErrors { texts[1] = texts[1].suffix(Self.keptErrors) }
    }
  }

  /// Asks a process to end, and sees to it after some seconds.
  private func end(_ process: pid_t) {
    kill(-process, SIGTERM)
    var status: Int32 = 0
    for _ in 0..<500 {
      if waitpid(process, &status, WNOHANG) != 0 { return }
      usleep(20_000)
    }
    kill(-process, SIGKILL)
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
  }
}

/// A pipe whose ends are not handed to other processes.
private final class Pipe {
  let reading: Int32
  private(set) var writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw FileError("cannot make", "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  deinit {
    closeWriting()
    close(reading)
  }
}
