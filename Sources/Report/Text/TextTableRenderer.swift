/// Tables for a terminal: aligned columns, a rule under the headings, nothing that a terminal would obey.
package enum TextTableRenderer {
  /// The table as lines of text, each ended by a newline; the caption, if any, stands above.
  package static func render(_ table: Table) -> String {
    let titles = table.columns.map { clean($0.title) }
    let rows = table.rows.map { row in
      table.columns.indices.map { $0 < row.count ? text(of: row[$0]) : "" }
    }
    let widths = titles.indices.map { column in
      ([titles] + rows).reduce(0) { max($0, DisplayWidth.columns($1[column])) }
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { column in
        DisplayWidth.pad(cells[column], to: widths[column], table.columns[column].alignment)
      }
      return trimmingEnd(padded.joined(separator: "  ")) + "\n"
    }
    var result = table.caption.map { clean($0) + "\n" } ?? ""
    guard !titles.isEmpty else { return result }
    result += line(titles)
    result += widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
    for row in rows { result += line(row) }
    return result
  }

  private static func text(of cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): clean(text)
    case .markdown(let text): clean(MarkdownText.plain(text))
    case .int(let value): NumberFormat.grouped(value)
    case .real(let value, let digits): NumberFormat.grouped(value, digits: digits)
    case .empty: ""
    }
  }

  /// One line without control characters: data may hold escape sequences that would move the cursor.
  private static func clean(_ text: String) -> String {
    MarkdownText.singleLine(text)
  }

  private static func trimmingEnd(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }
}
