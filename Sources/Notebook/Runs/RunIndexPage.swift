import Report

/// The list of all runs as a page.
struct RunIndexPage {
  private let entries: [RunIndex.Entry]

  init(_ entries: [RunIndex.Entry]) { self.entries = entries }

  /// The list as Markdown.
  var markdown: String {
    let rows = entries.map { entry -> [Table.Cell] in
      let name = StoredRun.name(entry.id, entry.tags)
        .map { "`|[]\\<".contains($0) || $0.isNewline ? " " : $0 }
      return [
        .markdown("[`\(String(name))`](\(Self.address(entry)))"), .text(Self.minute(entry.date)),
        .text(entry.recipeFolder),
        .text(entry.title), .text(Self.result(entry)),
      ]
    }
    let columns: [Table.Column] = ["Run", "Ended (UTC)", "Recipe", "Title", "Result"].map { .init($0) }
    return MarkdownRenderer().render(
      [.heading(level: 1, text: "Runs"), .table(Table(columns: columns, rows: rows))]
    ) { $0.name }
  }

  /// The list as a page that needs nothing beside it.
  var html: String {
    let rows = entries.map { entry in
      let name = StoredRun.name(entry.id, entry.tags)
      let cells = [Self.minute(entry.date), entry.recipeFolder, entry.title, Self.result(entry)]
      return "<tr><td><a href=\"\(Self.address(entry))\">\(HTMLText.escapedLine(name))</a></td>"
        + cells.map { "<td>\(HTMLText.escapedLine($0))</td>" }.joined() + "</tr>\n"
    }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Runs</title>
      <style>
      :root { color-scheme: light dark; }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .4rem .8rem .4rem 0; \
      text-align: left; vertical-align: top; }
      </style>
      </head>
      <body>
      <h1>Runs</h1>
      <table>
      <thead><tr><th>Run</th><th>Ended (UTC)</th><th>Recipe</th><th>Title</th><th>Result</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      </body>
      </html>

      """
  }

  private static func minute(_ date: String) -> String { String(date.prefix(16).replacing("T", with: " ")) }

  private static func result(_ entry: RunIndex.Entry) -> String {
    guard let headline = entry.headline, let cell = entry.cell else { return NumberFormat.notANumber }
    return "\(cell).\(headline.metric) \(headline.figure)"
  }

  /// The way to the report, every byte percent-encoded that is no plain part of a path.
  private static func address(_ entry: RunIndex.Entry) -> String {
    let digits = Array("0123456789ABCDEF")
    return "\(entry.recipeFolder)/\(entry.id)/\(entry.report)".utf8.map { byte -> String in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        String(UnicodeScalar(byte))
      default:
        "/._-~".utf8.contains(byte)
          ? String(UnicodeScalar(byte)) : "%" + String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      }
    }.joined()
  }
}
