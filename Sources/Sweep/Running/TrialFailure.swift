import Files
import Glibc
import Report

/// Why a trial's process could not end its trial.
struct TrialFailure {
  /// In words, with the line that says most of what it wrote to standard error.
  let reason: String
  /// Whether another attempt may do better: a signal or a timeout ended it, no error of its own.
  let mayPass: Bool

  /// The most of a log that is kept as a reason, in bytes.
  private static let keptBytes = 1 << 16

  init(_ end: TrialEnd, isTimeout: Double?, log: String) {
    let tail = Self.tail(of: log)
    switch end {
    case .notStarted(let why):
      reason = "its process could not be started: \(why)"
      mayPass = false
    case .signalled where isTimeout != nil:
      reason = "it ran longer than trial_timeout (\(ShortNumber.text(isTimeout ?? 0)) s) and was ended"
      mayPass = true
    case .signalled(let number):
      let known = number == SIGKILL ? " (SIGKILL: often the system, out of memory)" : ""
      reason = Self.joined("signal \(number)\(known) ended it", tail)
      mayPass = true
    case .exited(let code):
      let error = tail.split(separator: "\n").last { $0.contains("error: ") }.map(String.init)
      reason =
        error.map { $0.replacing("error: ", with: "") }
        ?? Self.joined("it ended with exit code \(code)", tail)
      mayPass = false
    }
  }

  /// A crash ends in a page of addresses: what says why stands above them.
  private static func joined(_ head: String, _ tail: String) -> String {
    let lines = tail.split(separator: "\n")
    let telling = lines.last { line in ["Fatal error", "error:"].contains { line.hasPrefix($0) } }
    guard let words = telling ?? lines.last else { return head }
    return "\(head); it said: \(words)"
  }

  private static func tail(of log: String) -> String {
    let descriptor = open(log, O_RDONLY | O_CLOEXEC)
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
