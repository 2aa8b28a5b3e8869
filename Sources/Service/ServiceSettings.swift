import Files
import Glibc

/// Where and how the service listens, and what it takes.
package struct ServiceSettings: Sendable {
  /// The address: of this machine alone unless told otherwise.
  package var host = "127.0.0.1"
  /// The port; 0 for one that is free.
  package var port = 8080
  /// What requests must bring with them as a bearer token; nil for nothing.
  package var token: String?
  /// The most bytes that a body may have.
  package var mostBodyBytes = 1 << 20
  /// The most requests that a body may hold.
  package var mostRequests = 1_000
  /// The most requests that wait for an answer; more are turned away.
  package var mostWaiting = 10_000
  /// The most connections that are open at once; more wait until one is closed.
  package var mostConnections = 1_024
  /// After so many seconds in which nothing comes or goes, a connection is closed.
  package var idleSeconds: Int64 = 60
  /// How many seconds a connection may take until the head of its first request is there.
  package var headSeconds: Int64 = 10
  /// How many seconds the body of a request may take behind its head.
  package var bodySeconds: Int64 = 30
  /// How many seconds the other side may take to read an answer.
  package var answerSeconds: Int64 = 60
  /// The folder of what the service is told of users and items; nil where it keeps nothing.
  package var state: String?

  /// The usual ones.
  package init() {}

  /// The token in the file at `path`, without the line's end.
  /// - Throws: `ServiceFailure` where others than its owner can read it, or it holds no token; `FileError`.
  package static func token(inFile path: String) throws -> String {
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw FileError("cannot read", path) }
    guard facts.st_mode & 0o077 == 0 else {
      throw ServiceFailure(
        "others than its owner can read '\(path)', which holds a secret; 'chmod 600 \(path)' ends that"
      )
    }
    let token = try MappedFile.readText(path).filter { !$0.isNewline }
    guard !token.isEmpty, token.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
      throw ServiceFailure(
        "'\(path)' should hold one token: letters, digits and signs on one line, without blanks"
      )
    }
    return token
  }
}

/// Why there is no service.
package struct ServiceFailure: Error, CustomStringConvertible {
  /// The reason and what to do.
  package var description: String
  /// Makes a failure.
  package init(_ message: String) { description = message }
}
