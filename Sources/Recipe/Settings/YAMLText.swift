import Files

/// Scalars as YAML text that 1.1 and 1.2 readers take alike.
enum YAMLText {
  /// Words that some YAML reader takes for something else than a string.
  private static let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

  /// The text plain where no reader can mistake it, in double quotes otherwise.
  static func scalar(_ text: String) -> String { isPlain(text) ? text : JSONValue.quoted(text) }

  /// A number with a point in it, because YAML 1.1 readers take `1e-05` for a string.
  static func number(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = "\(value)"
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// `${` as `$${`, which reads back as the text.
  static func escapingReferences(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    var last: Unicode.Scalar = " "
    for character in text.unicodeScalars {
      if last == "$", character == "{" { out.append("$") }
      out.append(character)
      last = character
    }
    return String(out)
  }

  /// The text as it is kept: with references escaped, but for those that name secrets in their place.
  static func kept(_ text: String) -> String {
    let (masked, escaped) = (Secrets.masked(text), escapingReferences(text))
    return masked == text ? escaped : escapingReferences(masked).replacing("$${env:", with: "${env:")
  }

  /// A number's text as it is kept: a reference where it is a secret.
  static func keptNumber(_ text: String) -> String {
    let masked = Secrets.masked(text)
    return masked == text ? text : scalar(masked)
  }

  /// Whether a text is written as a block over several lines: it has some, and nothing a block would change.
  static func isBlock(_ text: String) -> Bool {
    guard text.contains("\n"), let first = text.unicodeScalars.first, first != " ", first != "\n" else {
      return false
    }
    let isClean = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.isPrintable }
    return isClean && !text.hasSuffix("\n\n")
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    let opens = first.properties.isAlphabetic || first == "_" || first == "/" || first == "."
    guard opens, last != " ", !reserved.contains(text.lowercased()) else { return false }
    guard case .string = CoreSchema.scalar(plain: text).value else { return false }
    return text.unicodeScalars.allSatisfy { isPlainCharacter($0) }
  }

  private static func isPlainCharacter(_ character: Unicode.Scalar) -> Bool {
    character.properties.isAlphabetic || ("0"..."9").contains(character)
      || " _./-@+".unicodeScalars.contains(character)
  }
}
