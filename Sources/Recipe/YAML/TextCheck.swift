/// Finds what cannot stand in a recipe before libyaml sees it: bytes that are no UTF-8, control characters.
enum TextCheck {
  /// The offset of the first bad byte and what is wrong with it, or nil for clean text.
  static func firstProblem(in bytes: [UInt8]) -> (offset: Int, message: String)? {
    bytes.withUnsafeBufferPointer { bytes in
      var i = 0
      while i < bytes.count {
        let byte = bytes[i]
        if byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x0D || byte == 0x09 {
          i += 1
          continue
        }
        if byte < 0x80 { return (i, controlMessage(UInt32(byte))) }
        guard let (character, width) = decode(bytes, i) else {
          let shown = hex(UInt32(byte), digits: 2)
          return (i, "not valid UTF-8: the byte 0x\(shown) cannot stand here; save the recipe as UTF-8 text")
        }
        if !isAllowed(character) { return (i, controlMessage(character)) }
        i += width
      }
      return nil
    }
  }

  private static func controlMessage(_ character: UInt32) -> String {
    "not a text file: expected UTF-8 text, got the control character U+\(hex(character, digits: 4))"
  }

  /// What YAML calls printable, above ASCII.
  private static func isAllowed(_ character: UInt32) -> Bool {
    switch character {
    case 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// The character at `i` and its width in bytes, nil where the bytes are no well-formed UTF-8.
  private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int) -> (UInt32, Int)? {
    let width: Int
    let lowest: UInt32
    switch bytes[i] {
    case 0xC2...0xDF: (width, lowest) = (2, 0x80)
    case 0xE0...0xEF: (width, lowest) = (3, 0x800)
    case 0xF0...0xF4: (width, lowest) = (4, 0x10000)
    default: return nil
    }
    guard i + width <= bytes.count else { return nil }
    var value = UInt32(bytes[i]) & (0x7F >> UInt32(width))
    for next in bytes[(i + 1)..<(i + width)] {
      guard next & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(next & 0x3F)
    }
    let isSurrogate = (0xD800...0xDFFF).contains(value)
    return value >= lowest && value <= 0x10FFFF && !isSurrogate ? (value, width) : nil
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
