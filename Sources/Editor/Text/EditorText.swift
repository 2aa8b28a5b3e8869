import Recipe

/// How an editor counts the characters of a line.
enum PositionEncoding: String, Sendable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
  case utf32 = "utf-32"

  /// The first that the client offers and that is known here; UTF-16 where it offers nothing, as the protocol has it.
  init(offered: [String]?) { self = offered?.lazy.compactMap(Self.init(rawValue:)).first ?? .utf16 }

  /// How many units the character counts that begins with this byte; 0 for bytes that continue one.
  fileprivate func units(_ byte: UInt8) -> Int {
    switch self {
    case .utf8: 1
    case .utf16: byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
    case .utf32: byte & 0xC0 == 0x80 ? 0 : 1
    }
  }
}

/// A text as an editor has it, which changes with every key that is pressed.
struct EditorText: Sendable {
  /// UTF-8.
  private(set) var bytes: [UInt8]
  /// Where lines begin; they end with a line feed, a carriage return, or both. Never empty.
  private(set) var lineStarts: [Int]

  init(_ text: String) {
    bytes = Array(text.utf8)
    lineStarts = Self.lineStarts(of: bytes)
  }

  /// Replaces a span, or all of the text.
  mutating func apply(_ change: Parameters.Change, _ encoding: PositionEncoding) {
    guard let range = change.range else {
      self = EditorText(change.text)
      return
    }
    let (a, b) = (offset(of: range.start, encoding), offset(of: range.end, encoding))
    bytes.replaceSubrange(min(a, b)..<max(a, b), with: change.text.utf8)
    lineStarts = Self.lineStarts(of: bytes)
  }

  /// The bytes of a line (from 0) without its end; empty beyond the text.
  func range(ofLine line: Int) -> Range<Int> {
    guard lineStarts.indices.contains(line) else { return bytes.count..<bytes.count }
    let start = lineStarts[line]
    var end = line + 1 < lineStarts.count ? lineStarts[line + 1] : bytes.count
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return start..<end
  }

  /// The line (from 0) of the byte at `offset`.
  func line(of offset: Int) -> Int {
    var (low, high) = (0, lineStarts.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The byte at a position; one beyond the end of a line or of the text is that end, one inside of a character its
  /// beginning.
  func offset(of position: Position, _ encoding: PositionEncoding) -> Int {
    if position.line < 0 { return 0 }
    let line = range(ofLine: position.line)
    var (index, left) = (line.lowerBound, max(0, position.character))
    while index < line.upperBound {
      var next = index + 1
      while next < line.upperBound, bytes[next] & 0xC0 == 0x80 { next += 1 }
      let units = (index..<next).reduce(0) { $0 + encoding.units(bytes[$1]) }
      if units > left { break }
      left -= units
      index = next
    }
    return index
  }

  /// The position of the byte at `offset`.
  func position(of offset: Int, _ encoding: PositionEncoding) -> Position {
    let offset = max(0, min(offset, bytes.count))
    let line = line(of: offset)
    let units = bytes[lineStarts[line]..<offset].reduce(0) { $0 + encoding.units($1) }
    return Position(line: line, character: units)
  }

  /// The span of some bytes.
  func textRange(_ range: Range<Int>, _ encoding: PositionEncoding) -> TextRange {
    TextRange(start: position(of: range.lowerBound, encoding), end: position(of: range.upperBound, encoding))
  }

  /// Some of the bytes as text.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The text as the recipe's reader has it, and how many bytes that leaves out in front.
  func source(_ name: String) -> (text: SourceText, skipped: Int) {
    let source = SourceText(name: name, directory: "/", bytes: bytes)
    return (source, bytes.count - source.bytes.count)
  }

  private static func lineStarts(of bytes: [UInt8]) -> [Int] {
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        let isReturn = bytes[index] == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
        if bytes[index] == 0x0A || isReturn { starts.append(index + 1) }
      }
    }
    return starts
  }
}
