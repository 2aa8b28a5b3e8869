import Files

extension SourceText {
  /// Lines up to this many characters are shown whole.
  private static let wholeLine = 120
  /// How much of a longer line is shown, and how much of that before the caret.
  private static let window = 100
  private static let before = 40

  /// The line at `place` without control characters, and the caret's column in it; a long line is cut to a
  /// window around the caret, with `…` where text was left out.
  func excerpt(around place: Place) -> (line: String, column: Int)? {
    guard !bytes.isEmpty, place.line >= 1, place.line <= lineStarts.count else { return nil }
    let bytes = bytes(ofLine: place.line)
    let column = max(1, place.column)
    let first = column - 1 > Self.before ? column - 1 - Self.before : 0
    let start = Self.index(of: first, in: bytes)
    // Four bytes a character at most, and a little more to see whether the line goes on.
    let piece = bytes[start...].prefix(4 * (Self.wholeLine + Self.before + 2))
    let characters = Self.printable(piece)
    if first > 0, let whole = wholeLine(bytes) { return (whole, column) }
    if first == 0, characters.count <= Self.wholeLine, piece.endIndex == bytes.endIndex {
      return (Self.text(characters[...]), column)
    }
    let left = first > 0 ? "…" : ""
    let right = characters.count > Self.window ? "…" : ""
    return (left + Self.text(characters.prefix(Self.window)) + right, column - first + left.count)
  }

  private func wholeLine(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count <= 4 * (Self.wholeLine + 2) else { return nil }
    let characters = Self.printable(bytes)
    return characters.count <= Self.wholeLine ? Self.text(characters[...]) : nil
  }

  private static func index(of character: Int, in bytes: ArraySlice<UInt8>) -> Int {
    var seen = 0
    var i = bytes.startIndex
    while i < bytes.endIndex {
      if bytes[i] & 0xC0 != 0x80 {
        if seen == character { return i }
        seen += 1
      }
      i += 1
    }
    return i
  }

  private static func printable(_ bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
    var characters = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    while let last = characters.last, "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains(last) {
      characters.removeLast()
    }
    return characters.map { $0 == "\t" || $0.isPrintable ? $0 : "\u{FFFD}" }
  }

  private static func text(_ characters: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(characters))
  }
}
