import Report

/// Pieces of prose.
enum Words {
  /// Text in Markdown's code voice.
  static func code(_ text: String) -> String {
    let clean = text.map { $0 == "`" || $0.isNewline ? " " : String($0) }.joined()
    return clean.isEmpty ? "" : "`\(clean)`"
  }

  /// `1 trial`, `3 trials`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(NumberFormat.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A share as `12 %` or `4.2 %`.
  static func percent(_ share: Double) -> String {
    let percent = share * 100
    return NumberFormat.grouped(percent, digits: abs(percent) < 10 ? 1 : 0) + " %"
  }

  /// Text of at most `length` characters, the end cut.
  static func cut(_ text: String, to length: Int) -> String {
    text.count > length ? text.prefix(length - 1) + "…" : text
  }

  /// Small letters, digits and hyphens for a file's name.
  static func slug(_ text: String) -> String {
    let safe = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(safe.prefix(40))
  }
}
