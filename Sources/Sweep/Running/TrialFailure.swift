import Files
import Glibc
import Report

/// Why a trial's job ended without a result.
struct TrialFailure {
  /// In words, with the line that says most of what it wrote to standard error.
  let reason: String
  /// What becomes of the trial.
  let sequel: Sequel

  /// What becomes of a trial whose job ended without a result.
  enum Sequel: Equatable {
    /// It goes on another time, as if nothing had been.
    case goesOn
    /// Another attempt may do better; the attempt counts.
    case mayPass
    /// Another would end in the same way.
    case final
    /// It is a ``DiskFailure``, as all others would have now: it goes on where there is room again.
    case waitsForDisk
  }

  /// The most of a log that is kept as a reason, in bytes.
  private static let keptBytes = 1 << 16

  /// - Parameters:
  ///   - end: how the job ended; nil where its machine vanished.
  ///   - timeout: the seconds it was allowed, where it took longer.
  ///   - hasStopped: whether it said that it stopped at a place from which it goes on.
  ///   - hasProgressed: whether it came further than attempts before.
  init(
    _ end: JobEnd?,
    timeout: Double?,
    hasStopped: Bool,
    hasProgressed: Bool,
    launcher: String,
    log: String
  ) {
    let tail = Self.tail(of: log)
    if let timeout {
      reason = "it ran longer than trial_timeout (\(ShortNumber.text(timeout)) s) and was ended"
      sequel = .mayPass
      return
    }
    switch end {
    case .notStarted(let why):
      reason = "its process could not be started: \(why)"
      sequel = DiskFailure.isOne(saying: why) ? .waitsForDisk : .final
    case .signalled(let number):
      let known = number == SIGKILL ? " (SIGKILL: often the system, out of memory)" : ""
      reason = Self.joined("signal \(number)\(known) ended it", tail)
      sequel = .mayPass
    case .exited(130) where launcher == LocalLauncher.kind, .preempted:
      reason = "it was stopped on the way"
      sequel = .goesOn
    case .cancelled:
      reason = "its job was cancelled"
      sequel = .mayPass
    case .timeLimit,
      _ where hasStopped:
      reason =
        "its job was told to end, by its time limit or by somebody, before the end of an epoch: give 'launcher' a longer 'time'"
      sequel = hasProgressed ? .goesOn : .mayPass
    case .exited(let code):
      let isOfDisk = code == DiskFailure.exitCode
      reason =
        Self.lastError(of: tail)
        ?? (isOfDisk
          ? "its disk is full, fails, or may not be written to"
          : Self.joined(
            code == 0 ? "its job ended without a result" : "it ended with exit code \(code)",
            tail
          ))
      sequel = isOfDisk ? .waitsForDisk : .final
    case .nodeFailed:
      reason = "the machine it ran on failed"
      sequel = .mayPass
    case .outOfMemory:
      reason = "it took more memory than its job has: give 'launcher' more 'memory'"
      sequel = .mayPass
    case .unknown(let words):
      reason = Self.joined("its job ended without a result (\(launcher) says: \(words))", tail)
      sequel = .mayPass
    case nil:
      reason = "nothing was heard of it, and \(launcher) does not know its job: its machine is gone"
      sequel = .mayPass
    }
  }

  /// What a program that ends in order says last: its error, which may go over several lines.
  private static func lastError(of tail: String) -> String? {
    let lines = tail.split(separator: "\n")
    guard let start = lines.lastIndex(where: { $0.contains("error: ") }) else { return nil }
    return FailureReason.oneLine(lines[start...].joined(separator: "\n").replacing("error: ", with: ""))
  }

  /// A crash ends in a page of addresses: what says why stands above them.
  private static func joined(_ head: String, _ tail: String) -> String {
    let lines = tail.split(separator: "\n")
    let telling = lines.last { line in ["Fatal error", "error:"].contains { line.hasPrefix($0) } }
    guard let words = telling ?? lines.last else { return head }
    return "\(head); it said: \(words)"
  }

  private static func tail(of log: String) -> String {
    let descriptor = open(log, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    lseek(descriptor, max(0, size - keptBytes), SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: keptBytes)
    let count = read(descriptor, &bytes, keptBytes)
    guard count > 0 else { return "" }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return String(text.reversed().drop { $0.isWhitespace }.reversed())
  }
}
