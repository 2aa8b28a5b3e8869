/// Text of a recipe made fit to stand inside a message.
enum Shown {
  /// The longest piece of a recipe that a message quotes.
  static let limit = 60

  /// The text on one line, without control characters, cut after 60 characters.
  static func text(_ text: String) -> String {
    var out = ""
    for (index, character) in text.unicodeScalars.enumerated() {
      if index == limit { return out + "…" }
      out.unicodeScalars.append(isPrintable(character) ? character : character == "\n" ? "⏎" : "\u{FFFD}")
    }
    return out
  }

  /// The text in single quotes, as `text` cuts it.
  static func quoted(_ text: String) -> String { "'\(self.text(text))'" }

  /// Whether a character may go to a terminal: no control characters, none that turn the writing direction.
  static func isPrintable(_ character: Unicode.Scalar) -> Bool {
    switch character.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: false
    default: true
    }
  }

  /// `a, b, c`, at most twelve of them.
  static func list(_ names: [String]) -> String {
    names.count <= 12 ? names.joined(separator: ", ") : names.prefix(12).joined(separator: ", ") + ", …"
  }
}
