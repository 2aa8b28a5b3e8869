import Files
import Glibc

/// Questions to a service over HTTP or HTTPS, asked by curl: it goes by the machine's certificates, proxies and names.
struct HTTPExchange {
  /// What came back.
  struct Answer: Equatable {
    /// The status code.
    var code: Int
    /// The body.
    var text: String
  }

  /// Why there is no answer.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// `http://host:port`, without a slash at the end.
  let address: String
  /// How long an answer may take, in seconds.
  private static let patience = 30.0

  /// Takes the address of a service.
  /// - Throws: `LaunchError` where it is none of HTTP's.
  init(_ address: String) throws {
    let form = /https?:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(\/[^\s?#"\\]*)?/
    guard address.wholeMatch(of: form) != nil else {
      throw LaunchError("expected an address as http://HOST:PORT, not '\(address)'")
    }
    self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
  }

  /// Asks, and waits for the answer.
  /// - Throws: ``Failure`` where none comes.
  func ask(_ method: String, _ path: String, headers: [String: String] = [:], body: String = "") throws
    -> Answer
  {
    guard let curl = LaunchCommand.path(of: "curl") else {
      throw Failure(description: "'curl', which asks it, is not there (apt-get install curl)")
    }
    // In a file, as all users of a machine see what programs are called with, and headers hold tokens.
    let file = try Self.scratch(configuration(method, path, headers, body))
    defer { unlink(file) }
    let outcome = try LaunchCommand(words: [curl, "--disable", "--config", file])
      .run(patience: Self.patience + 5)
    guard outcome.code == 0 else {
      throw Failure(description: outcome.complaint.replacing(#/^curl: \(\d+\) /#, with: ""))
    }
    let end = outcome.output.lastIndex(of: "\n") ?? outcome.output.startIndex
    guard let code = Int(outcome.output[end...].drop { $0 == "\n" }) else {
      throw Failure(description: "its answer was cut off")
    }
    return Answer(code: code, text: String(outcome.output[..<end]))
  }

  private func configuration(_ method: String, _ path: String, _ headers: [String: String], _ body: String)
    -> String
  {
    var lines = [
      "silent", "show-error", "globoff", "max-time = \(Int(Self.patience))", "max-filesize = \(1 << 24)",
      "write-out = \"\\n%{http_code}\"", "request = \(Self.quoted(method))",
      "url = \(Self.quoted(address + path))",
    ]
    lines += headers.sorted { $0.key < $1.key }.map { "header = \(Self.quoted("\($0.key): \($0.value)"))" }
    if method == "POST" {
      lines += ["header = \"Content-Type: application/json\"", "data-raw = \(Self.quoted(body))"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A value as curl's files of settings have it.
  static func quoted(_ text: String) -> String {
    var quoted = text
    for (plain, escaped) in [("\\", "\\\\"), ("\"", "\\\""), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")] {
      quoted = quoted.replacing(plain, with: escaped)
    }
    return "\"\(quoted)\""
  }

  /// A file that holds `text`, and that nobody else can read.
  private static func scratch(_ text: String) throws -> String {
    let (descriptor, path) = try LaunchCommand.scratchFile()
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let failure = FileError("cannot write", path)
        unlink(path)
        throw Failure(description: "\(failure)")
      }
      rest = rest.dropFirst(count)
    }
    return path
  }
}
