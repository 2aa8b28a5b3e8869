extension MarkdownRenderer {
  /// No column of the source is padded beyond this; a longer cell pushes only its own row out of line.
  private static let widestPadding = 60

  /// A table with the pipes of its source in line, its caption in bold above it.
  func table(_ table: Table) -> String {
    var lines: [String] = []
    if let caption = table.caption, !MarkdownText.trimmed(caption).isEmpty {
      lines = ["**\(MarkdownText.trimmed(MarkdownText.escaped(caption)))**", ""]
    }
    guard !table.columns.isEmpty else { return lines.first ?? "" }
    let titles = table.columns.map { MarkdownText.escapedCell($0.title) }
    let rows = table.rows.map { row in
      table.columns.indices.map { $0 < row.count ? text(of: row[$0]) : "" }
    }
    let widths = table.columns.indices.map { column in
      ([titles] + rows).map { DisplayWidth.columns($0[column]) }
        .filter { $0 <= Self.widestPadding }
        .reduce(4) { max($0, $1) }
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { column in
        DisplayWidth.pad(cells[column], to: widths[column], table.columns[column].alignment)
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    lines.append(line(titles))
    lines.append(line(table.columns.indices.map { rule(table.columns[$0].alignment, width: widths[$0]) }))
    lines += rows.map(line)
    return lines.joined(separator: "\n")
  }

  private func rule(_ alignment: Table.Alignment, width: Int) -> String {
    switch alignment {
    case .leading: ":" + String(repeating: "-", count: width - 1)
    case .center: ":" + String(repeating: "-", count: width - 2) + ":"
    case .trailing: String(repeating: "-", count: width - 1) + ":"
    }
  }

  private func text(of cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): MarkdownText.escapedCell(text)
    case .markdown(let text): MarkdownText.markdownCell(text)
    case .int(let value): NumberFormat.grouped(value)
    case .real(let value, let digits): NumberFormat.grouped(value, digits: digits)
    case .empty: ""
    }
  }
}
