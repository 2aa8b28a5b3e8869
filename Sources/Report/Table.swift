/// A table as data: columns with their alignment, rows of cells.
public struct Table: Sendable, Codable, Equatable {
  /// A column's heading and how its cells are set.
  public struct Column: Sendable, Codable, Equatable {
    /// The heading, plain text.
    public var title: String
    /// Where the cells stand: text leads, numbers trail.
    public var alignment: Alignment

    /// Makes a column.
    public init(_ title: String, _ alignment: Alignment = .leading) {
      self.title = title
      self.alignment = alignment
    }
  }

  /// How a column's cells are set.
  public enum Alignment: String, Sendable, Codable {
    case leading, center, trailing
  }

  /// One cell.
  public enum Cell: Sendable, Codable, Equatable {
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

  /// A line above the table, or nil.
  public var caption: String?
  /// The columns, in order.
  public var columns: [Column]
  /// The rows, each with one cell a column.
  public var rows: [[Cell]]

  /// Makes a table.
  public init(caption: String? = nil, columns: [Column], rows: [[Cell]]) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }
}
