/// Reads the small text headers of array files: Python literals and JSON, as far as they occur there.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var next = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// What is wrong with a header; the reader of the format says in which file.
  struct Failure: Error {
    let problem: String
  }

  /// Whether only white space is left.
  mutating func isAtEnd() -> Bool {
    skipSpace()
    return next == bytes.count
  }

  /// Takes `character` if it comes next, after white space.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next < bytes.count, UInt32(bytes[next]) == character.value else { return false }
    next += 1
    return true
  }

  /// Takes `character` or fails.
  mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    if !take(character) { throw Failure(problem: "its header has no '\(character)' at byte \(next)") }
  }

  /// A bare word such as `True`.
  mutating func word() -> String {
    skipSpace()
    let start = next
    while next < bytes.count, (bytes[next] | 0x20) >= 0x61, (bytes[next] | 0x20) <= 0x7a { next += 1 }
    return String(decoding: bytes[start..<next], as: UTF8.self)
  }

  /// A whole number of 0 or more.
  mutating func number() throws(Failure) -> Int {
    skipSpace()
    let start = next
    while next < bytes.count, bytes[next] >= 0x30, bytes[next] <= 0x39 { next += 1 }
    guard let value = Int(String(decoding: bytes[start..<next], as: UTF8.self)) else {
      throw Failure(problem: "its header has no number that fits at byte \(start)")
    }
    return value
  }

  /// Numbers between `open` and `close` with commas between, and one after the last if it likes.
  mutating func numbers(open: Unicode.Scalar, close: Unicode.Scalar) throws(Failure) -> [Int] {
    try expect(open)
    var values: [Int] = []
    while !take(close) {
      values.append(try number())
      if take(close) { break }
      try expect(",")
    }
    return values
  }

  /// A string in single or double quotes, with JSON's escapes.
  mutating func string() throws(Failure) -> String {
    let quote: UInt8 = take("'") ? 0x27 : 0x22
    if quote == 0x22 { try expect("\"") }
    var text: [UInt8] = []
    while next < bytes.count && bytes[next] != quote {
      let byte = bytes[next]
      next += 1
      if byte == 0x5c { text += try escaped() } else { text.append(byte) }
    }
    guard next < bytes.count else { throw Failure(problem: "a string in its header has no end") }
    next += 1
    guard let value = String(validating: text, as: UTF8.self) else {
      throw Failure(problem: "a string in its header is not UTF-8")
    }
    return value
  }

  private mutating func escaped() throws(Failure) -> [UInt8] {
    guard next < bytes.count else { throw Failure(problem: "a string in its header has no end") }
    let byte = bytes[next]
    next += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "u"): return try escapedScalar()
    default: return [byte]
    }
  }

  /// `\uXXXX`, and the second half of a surrogate pair.
  private mutating func escapedScalar() throws(Failure) -> [UInt8] {
    var value = try fourDigits()
    if value & 0xfc00 == 0xd800, next + 1 < bytes.count, bytes[next] == 0x5c, bytes[next + 1] == 0x75 {
      next += 2
      value = 0x1_0000 + (value & 0x3ff) << 10 + (try fourDigits()) & 0x3ff
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw Failure(problem: "a string in its header has half a character")
    }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(Failure) -> UInt32 {
    let end = min(next + 4, bytes.count)
    guard end == next + 4, let value = UInt32(String(decoding: bytes[next..<end], as: UTF8.self), radix: 16)
    else { throw Failure(problem: "a string in its header has an escape without four hex digits") }
    next = end
    return value
  }

  private mutating func skipSpace() {
    while next < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[next]) { next += 1 }
  }
}
