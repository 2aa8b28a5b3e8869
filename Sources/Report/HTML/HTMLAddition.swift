/// A section that a page has besides its report, with a style, a script and data of its own.
package struct HTMLAddition: Sendable {
  /// Its heading.
  package var title: String
  /// What stands over it.
  package var introduction: [Block]
  /// Elements that stand as they are: HTML that is well-formed XML, written by a program and not by a user.
  package var body: String
  /// What stands under it.
  package var notes: [Block]
  /// A style sheet.
  package var style: String
  /// A script, run after the report's own.
  package var script: String
  /// What the script reads, as JSON, and the id of the element that holds it.
  package var data: (id: String, json: String)

  /// Puts a section together.
  package init(
    title: String,
    introduction: [Block],
    body: String,
    notes: [Block],
    style: String,
    script: String,
    data: (id: String, json: String)
  ) {
    (self.title, self.introduction, self.body, self.notes) = (title, introduction, body, notes)
    (self.style, self.script, self.data) = (style, script, data)
  }

  /// The element that holds the data: never run, and the same to HTML and XML, as no sign of it is markup.
  var dataElement: String {
    var text = ""
    text.reserveCapacity(data.json.utf8.count + 100)
    for scalar in data.json.unicodeScalars {
      switch scalar {
      case "<": text += "\\u003c"
      case ">": text += "\\u003e"
      case "&": text += "\\u0026"
      case "\u{FFFE}", "\u{FFFF}": text += "\\ufffd"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "<script type=\"application/json\" id=\"\(HTMLText.escaped(data.id))\">\(text)</script>\n"
  }
}
