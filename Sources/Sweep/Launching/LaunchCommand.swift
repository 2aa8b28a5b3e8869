import Files
import Glibc
import Notebook

/// A program of an engine, run to its end.
struct LaunchCommand {
  /// What came of it.
  struct Outcome {
    /// Its exit code, or 128 and the signal that ended it.
    var code: Int32
    /// What it wrote.
    var output: String
    /// What it wrote to standard error.
    var errors: String

    /// Its complaint on one line, or its output where it made none.
    var complaint: String {
      let said = errors.allSatisfy(\.isWhitespace) ? output : errors
      let lines = said.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
      return lines.isEmpty ? "it said nothing" : lines.suffix(4).joined(separator: "; ")
    }
  }

  /// An engine that takes longer does not answer.
  static let patience = 60.0
  /// The most that is kept of what a program writes, in bytes.
  private static let keptBytes = 1 << 24

  /// The program and its arguments.
  let words: [String]

  /// Where a program of this name is; nil where it is not found.
  static func path(of program: String) -> String? {
    if program.contains("/") { return access(program, X_OK) == 0 ? program : nil }
    let folders = (ProcessEnvironment.variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(
      separator: ":"
    )
    return folders.map { FilePaths.join(String($0), program) }.first {
      access($0, X_OK) == 0 && !FilePaths.isFolder($0)
    }
  }

  /// Runs it to its end, in a session of its own, without input.
  /// - Throws: ``LaunchError`` where it cannot be started or takes longer than `patience` seconds.
  func run(patience: Double = Self.patience) throws -> Outcome {
    let name = words.first ?? ""
    let (output, errors) = (try Self.scratch(), try Self.scratch())
    defer {
      close(output)
      close(errors)
    }
    let process: pid_t
    do {
      process = try SpawnedProcess.start(
        name,
        Array(words.dropFirst()),
        environment: ProcessEnvironment.variables,
        output: output,
        errors: errors
      )
    } catch { throw LaunchError("\(error)") }
    let deadline = ContinuousClock.now + .seconds(patience)
    var status: Int32 = 0
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { break }
      if found < 0, errno != EINTR { throw LaunchError("'\(name)' was lost from sight", mayPass: true) }
      if ContinuousClock.now > deadline {
        kill(-process, SIGKILL)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        throw LaunchError("'\(name)' gave no answer within \(ShortNumber.text(patience)) s", mayPass: true)
      }
      usleep(5_000)
    }
    let signal = status & 0x7f
    return Outcome(
      code: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
      output: Self.contents(output),
      errors: Self.contents(errors)
    )
  }

  /// A file without a name.
  private static func scratch() throws -> Int32 {
    let (descriptor, path) = try scratchFile()
    unlink(path)
    return descriptor
  }

  /// A new file for the time of a question, which nobody else can read, and its path.
  static func scratchFile() throws -> (descriptor: Int32, path: String) {
    let folder = ProcessEnvironment.variables["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array(FilePaths.join(folder, "towerbook-launch-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw LaunchError("\(FileError("cannot make a file in", folder))", mayPass: true)
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return (descriptor, String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  private static func contents(_ descriptor: Int32) -> String {
    let size = min(Int(lseek(descriptor, 0, SEEK_END)), keptBytes)
    guard size > 0 else { return "" }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = pread(descriptor, &bytes, size, 0)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
  }
}
