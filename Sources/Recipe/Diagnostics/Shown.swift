import Files

/// Text of a recipe made fit to stand inside a message.
enum Shown {
  /// The longest piece of a recipe that a message quotes.
  static let limit = 60

  /// The text on one line, without control characters, cut after 60 characters. A piece of a secret would not be known for one by
  /// who masks messages: where the text is not shown as it is, secrets in it are masked before.
  static func text(_ text: String) -> String {
    let shown = line(text)
    return shown == text ? shown : line(Secrets.masked(text))
  }

  private static func line(_ text: String) -> String {
    var out = ""
    for (index, character) in text.unicodeScalars.enumerated() {
      if index == limit { return out + "…" }
      out.unicodeScalars.append(character.isPrintable ? character : character == "\n" ? "⏎" : "\u{FFFD}")
    }
    return out
  }

  /// The text in single quotes, as `text` cuts it.
  static func quoted(_ text: String) -> String { "'\(self.text(text))'" }

  /// `a, b, c`, at most twelve of them.
  static func list(_ names: [String]) -> String {
    names.count <= 12 ? names.joined(separator: ", ") : names.prefix(12).joined(separator: ", ") + ", …"
  }
}
