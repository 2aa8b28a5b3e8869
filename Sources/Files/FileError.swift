import Glibc

/// A file operation that failed: what was tried, on which path, and the system's reason.
package struct FileError: Error, Equatable, CustomStringConvertible {
  /// What was tried, as a verb phrase: `cannot write`.
  package var action: String
  /// The path it was tried on.
  package var path: String
  /// The reason, in the system's words or ours.
  package var reason: String

  /// Makes an error from words.
  package init(_ action: String, _ path: String, reason: String) {
    self.action = action
    self.path = path
    self.reason = reason
  }

  /// Makes an error from `errno` as it stands, or from `code`.
  package init(_ action: String, _ path: String, code: Int32 = errno) {
    self.init(action, path, reason: String(cString: strerror(code)))
  }

  /// `cannot write 'outputs/report.md': No space left on device`.
  package var description: String { "\(action) '\(path)': \(reason)" }
}
