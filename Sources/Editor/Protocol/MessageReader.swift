import Files
import Glibc

/// Cuts a stream into messages as the Language Server Protocol frames them: header lines, an empty line, then as many bytes
/// as `Content-Length` says.
struct MessageReader {
  /// Why no further message can be told from what comes.
  struct Broken: Error {
    var message: String
  }

  /// The longest message, in bytes: far more than a recipe, and little enough to be held.
  static let longestMessage = 64 << 20
  /// The longest header, in bytes.
  static let longestHeader = 8 << 10

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0

  /// Reads from an open file, which stays the caller's.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The bytes of the next message; nil at the end of the stream.
  /// - Throws: ``Broken`` where the header is none, or asks for more than may be.
  mutating func next() throws(Broken) -> [UInt8]? {
    guard let length = try header() else { return nil }
    while buffer.count - start < length {
      guard try fill() else { throw Broken(message: "the stream ended inside of a message") }
    }
    let message = Array(buffer[start..<start + length])
    start += length
    return message
  }

  /// The length that the header gives; nil at the end of the stream.
  private mutating func header() throws(Broken) -> Int? {
    var length: Int?
    var read = 0
    while true {
      guard let line = try line(atMost: Self.longestHeader - read) else {
        if read == 0 { return nil }
        throw Broken(message: "the stream ended inside of a header")
      }
      read += line.count + 1
      if line.isEmpty {
        guard let length else { throw Broken(message: "expected a header 'Content-Length', got none") }
        return length
      }
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmed }
      guard parts.count == 2 else {
        throw Broken(message: "expected a header line 'NAME: VALUE', got '\(line.prefix(60))'")
      }
      if parts[0].lowercased() == "content-length" { length = try Self.length(parts[1]) }
    }
  }

  private static func length(_ text: String) throws(Broken) -> Int {
    let isNumber = !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    guard isNumber, let length = Int(text), length <= longestMessage else {
      throw Broken(
        message: "expected a Content-Length of at most \(longestMessage) bytes, got '\(text.prefix(60))'"
      )
    }
    return length
  }

  /// The next line without its end; nil where the stream ends before it begins.
  private mutating func line(atMost limit: Int) throws(Broken) -> String? {
    var looked = start
    while true {
      if let end = buffer[looked...].firstIndex(of: 0x0A), end - start <= limit {
        let line = buffer[start..<end]
        start = end + 1
        return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      }
      guard buffer.count - start <= limit else {
        throw Broken(message: "expected a header of at most \(Self.longestHeader) bytes")
      }
      looked = buffer.count - start
      let hadNone = looked == 0
      guard try fill() else {
        if hadNone { return nil }
        throw Broken(message: "the stream ended inside of a header")
      }
      looked += start
    }
  }

  /// Takes what has come, after dropping what was read; false at the end of the stream.
  private mutating func fill() throws(Broken) -> Bool {
    buffer.removeFirst(start)
    start = 0
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count > 0 {
        buffer += piece[..<count]
        return true
      }
      if count == 0 { return false }
      if errno != EINTR { throw Broken(message: "cannot read: \(String(cString: strerror(errno)))") }
    }
  }
}

extension StringProtocol {
  /// The text without blanks and tabs at its ends.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return String(text)
  }
}
