/// Text and small pieces for pages that are HTML and well-formed XML at once.
package enum HTMLText {
  /// Text for between tags or a quoted attribute.
  package static func escaped(_ text: String) -> String {
    MarkdownText.escapedHTML(readable(MarkdownText.normalised(text)))
  }

  /// Text on one line, for between tags or a quoted attribute.
  package static func escapedLine(_ text: String) -> String { escaped(MarkdownText.singleLine(text)) }

  /// Text without the characters that XML forbids.
  static func readable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\t": result.append(scalar)
      case "\u{FFFE}", "\u{FFFF}": break
      default: if !MarkdownText.isControl(scalar) { result.append(scalar) }
      }
    }
    return String(result)
  }

  /// How a note begins, up to its text.
  static func noteStart(_ kind: NoteKind, id: String? = nil) -> String {
    let mark = id.map { " id=\"\(escaped($0))\"" } ?? ""
    let name = kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
    return """
      <div class="note \(kind.rawValue)" role="note"\(mark)>
      <p class="kind">\(name)</p>

      """
  }

  /// How a note ends.
  static let noteEnd = "</div>\n"
}
