extension Diagnostic {
  /// The problem as a compiler shows it: place, message and short name, then the source line and a caret under
  /// the span.
  package func rendered(color: Bool = false) -> String {
    let paint = Paint(on: color)
    let label = paint.severity(severity, severity.rawValue + ":")
    let head =
      (place.map { paint.bold($0.shown + ":") + " " } ?? "") + label + " " + message
      + (name.map { " [\($0)]" } ?? "")
    guard let place, let sourceLine, let sourceColumn else { return head }
    let number = String(place.line)
    let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let blank = String(repeating: " ", count: gutter.count)
    let caret = Self.caret(under: sourceLine, column: sourceColumn, length: place.length)
    return "\(head)\n\(gutter) | \(sourceLine)\n\(blank) | \(caret.indent)\(paint.caret(caret.marks))"
  }

  /// Blanks up to the caret (tabs stay tabs, so that it lines up) and the caret itself, cut at the line's end.
  private static func caret(under line: String, column: Int, length: Int) -> (indent: String, marks: String) {
    let characters = Array(line.unicodeScalars)
    var indent = ""
    for index in 0..<max(0, column - 1) {
      indent.append(index < characters.count && characters[index] == "\t" ? "\t" : " ")
    }
    let room = max(1, characters.count - (column - 1))
    return (indent, String(repeating: "^", count: max(1, min(length, room))))
  }
}

/// Terminal colours, or nothing where they are off.
struct Paint {
  let on: Bool

  func bold(_ text: String) -> String { wrap(text, "1") }
  func caret(_ text: String) -> String { wrap(text, "1;32") }
  func severity(_ severity: Diagnostic.Severity, _ text: String) -> String {
    wrap(text, severity == .error ? "1;31" : "1;35")
  }

  private func wrap(_ text: String, _ code: String) -> String {
    on ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
