import Glibc

/// The standard error stream, for progress and complaints.
package enum StandardError {
  /// Writes text at once, as it is but for ``Secrets``.
  package static func write(_ text: String) {
    var bytes = Array(Secrets.masked(text).utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }

  /// Writes a line.
  package static func line(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n") }

  /// Whether it is a terminal.
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether colours are wanted: a terminal that has them, and `NO_COLOR` not set, or empty.
  package static var usesColor: Bool {
    let refusal = getenv("NO_COLOR").map { String(cString: $0) } ?? ""
    let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
    return isTerminal && refusal.isEmpty && terminal != "dumb"
  }
}
