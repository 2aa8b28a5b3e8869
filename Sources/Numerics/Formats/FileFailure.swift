import Glibc

/// What the operating system answered to an attempt to read or write a file.
public struct FileFailure: Error, Equatable, CustomStringConvertible {
  /// What was tried, as it stands in the message: `"write"`, `"read"`, `"create"`.
  public let operation: String
  /// The path as the caller gave it.
  public let path: String
  /// The `errno` of the failed call.
  public let code: Int32

  init(_ operation: String, _ path: String, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// For example `cannot write 'runs/a.npy': No space left on device`.
  public var description: String {
    "cannot \(operation) '\(path)': \(String(cString: strerror(code)))"
  }
}

/// A file whose content is not what its format says.
public struct FormatFailure: Error, Equatable, CustomStringConvertible {
  /// The path as the caller gave it.
  public let path: String
  /// What was expected and what came.
  public let problem: String

  /// For example `'a.npy' is damaged or of another kind: …`.
  public var description: String { "'\(path)' cannot be used: \(problem)" }
}
