/// A table as data: columns with their alignment, rows of cells.
package struct Table: Sendable, Codable, Equatable {
  /// A column's heading and how its cells are set.
  package struct Column: Sendable, Codable, Equatable {
    /// The heading, plain text.
    package var title: String
    /// Where the cells stand: text leads, numbers trail.
    package var alignment: Alignment

    /// Makes a column.
    package init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }
  }

  /// How a column's cells are set.
  package enum Alignment: String, Sendable, Codable {
    case leading, center, trailing
  }

  /// One cell.
  package enum Cell: Sendable, Codable, Equatable {
    /// Plain text; the renderer escapes what Markdown would read.
    case text(String)
    /// Markdown, as it is.
    case markdown(String)
    /// A whole number, shown with thousands separators.
    case int(Int)
    /// A real number, shown with `digits` after the point; not a number shows as a dash.
    case real(Double, digits: Int)
    /// Nothing.
    case empty
  }

  /// What prose quotes it by, unique in its cell; nil where it cannot be quoted.
  package var name: String?
  /// A line above the table, or nil.
  package var caption: String?
  /// The columns, in order.
  package var columns: [Column]
  /// The rows, each with one cell a column.
  package var rows: [[Cell]]

  /// Makes a table.
  package init(name: String? = nil, caption: String? = nil, columns: [Column], rows: [[Cell]]) {
    self.name = name
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }
}
