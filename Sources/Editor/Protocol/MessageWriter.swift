import Files
import Glibc
import Synchronization

/// Writes messages, each as a whole, whichever thread they come from.
final class MessageWriter: Sendable {
  private let descriptor: Int32
  private let isOpen = Mutex(true)

  /// Writes to an open file, which stays the caller's.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Writes a message; one that nobody reads any more is dropped.
  func send(_ message: JSONValue) {
    let text = message.text(.compact)
    var bytes = Array("Content-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8)[...]
    isOpen.withLock { isOpen in
      while isOpen, !bytes.isEmpty {
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0 && errno == EINTR { continue }
        if written <= 0 { isOpen = false } else { bytes = bytes.dropFirst(written) }
      }
    }
  }

  /// Tells the client something that asks for no answer.
  func notify(_ method: String, _ parameters: JSONValue) {
    send(.object([("jsonrpc", .string("2.0")), ("method", .string(method)), ("params", parameters)]))
  }

  /// Asks the client for something; its answer is not waited for.
  func request(_ method: String, id: String) {
    send(.object([("jsonrpc", .string("2.0")), ("id", .string(id)), ("method", .string(method))]))
  }

  /// Answers a request.
  func respond(_ id: JSONValue, _ result: JSONValue) {
    send(.object([("jsonrpc", .string("2.0")), ("id", id), ("result", result)]))
  }

  /// Refuses a request; the id is null where it could not be read.
  func respond(_ id: JSONValue, _ error: RPCError) {
    let body = JSONValue.object([("code", .int(error.code)), ("message", .string(error.message))])
    send(.object([("jsonrpc", .string("2.0")), ("id", id), ("error", body)]))
  }
}
