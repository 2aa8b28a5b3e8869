/// A table as HTML. Rows under a label that is written once are a group, which sorting keeps together.
struct HTMLTable {
  private let table: Table
  private let groups: [Range<Int>]
  /// What is longer is broken into lines.
  private static let lineLength = 44
  private let isGrouped: Bool

  init(_ table: Table) {
    var table = table
    let width = table.columns.count
    table.rows = table.rows.map { row in
      Array(row.prefix(width)) + Array(repeating: .empty, count: max(0, width - row.count))
    }
    self.table = table
    let starts = table.rows.indices.filter {
      table.rows[$0].first != .empty && table.rows[$0].first != .text("")
    }
    isGrouped =
      width > 1 && table.columns[0].alignment == .leading && starts.first == 0
      && starts.count < table.rows.count
    let ends = starts.dropFirst() + [table.rows.count]
    groups = isGrouped ? zip(starts, ends).map { $0..<$1 } : [table.rows.indices]
  }

  /// For a page whose script sorts it, in a box of its own that scrolls where it is wide.
  var page: String {
    table.columns.isEmpty ? caption("p") : "<div class=\"scroll\">\n\(html(.page))</div>\n"
  }

  /// For an output of a notebook, which no style sheet of ours reaches.
  var output: String { table.columns.isEmpty ? caption("p") : html(.output) }

  private func html(_ place: Place) -> String {
    // Two rows are seen at a glance.
    let sorts = place == .page && table.rows.count > 2
    let values = table.columns.indices.map { column in
      sorts ? SortValue.column(table.rows.map { $0[column] }) : nil
    }
    let head = table.columns.map { column in
      let title = HTMLText.escaped(MarkdownText.trimmed(column.title))
      // A heading without words heads nothing.
      let (tag, scope) = title.isEmpty ? ("td", "") : ("th", " scope=\"col\"")
      return "<\(tag)\(scope)\(place.style(column.alignment))>\(title)</\(tag)>"
    }
    let bodies = groups.map { group in
      let rows = group.map { row in
        let cells = table.columns.indices.compactMap { column in
          cell(row, column, in: group, value: values[column]?[row], place)
        }
        return "<tr>\(cells.joined())</tr>\n"
      }
      return "<tbody>\n\(rows.joined())</tbody>\n"
    }
    return "<table\(sorts ? " class=\"sorts\"" : "")>\n\(caption("caption"))<thead>\n"
      + "<tr>\(head.joined())</tr>\n</thead>\n\(bodies.joined())</table>\n"
  }

  /// One cell; nil where the label of the group reaches down to it.
  private func cell(_ row: Int, _ column: Int, in group: Range<Int>, value: Double?, _ place: Place)
    -> String?
  {
    let isLabel = column == 0 && table.columns[0].alignment == .leading && table.columns.count > 1
    if isLabel && isGrouped && row != group.lowerBound { return nil }
    let text = Self.text(table.rows[row][column])
    let isLong = text.count > Self.lineLength && table.columns[column].alignment == .leading
    var attributes =
      isLong && place == .page ? " class=\"long\"" : place.style(table.columns[column].alignment)
    if let value { attributes += " data-value=\"\(value)\"" }
    guard isLabel, !text.isEmpty else { return "<td\(attributes)>\(text)</td>" }
    let scope = isGrouped ? "rowgroup\" rowspan=\"\(group.count)" : "row"
    return "<th scope=\"\(scope)\"\(attributes)>\(text)</th>"
  }

  private static func text(_ cell: Table.Cell) -> String {
    switch cell {
    case .text(let text):
      HTMLText.escaped(MarkdownText.trimmed(text)).replacing("\n", with: "<br/>")
    case .markdown(let text): CommonMark.inline(text)
    case .int(let value): NumberFormat.grouped(value)
    case .real(let value, let digits): NumberFormat.grouped(value, digits: digits)
    case .empty: ""
    }
  }

  private func caption(_ tag: String) -> String {
    guard let caption = table.caption.map(MarkdownText.trimmed), !caption.isEmpty else { return "" }
    return "<\(tag)>\(HTMLText.escapedLine(caption))</\(tag)>\n"
  }
}

extension HTMLTable {
  /// Where a table stands.
  private enum Place {
    case page, output

    /// The attribute that sets a cell.
    func style(_ alignment: Table.Alignment) -> String {
      switch (self, alignment) {
      case (.page, .leading): ""
      case (.page, .center): " class=\"middle\""
      case (.page, .trailing): " class=\"number\""
      case (.output, .leading): " style=\"text-align: left\""
      case (.output, .center): " style=\"text-align: center\""
      case (.output, .trailing): " style=\"text-align: right\""
      }
    }
  }
}
