/// Where something was written: a file as shown to users, and a span on one of its lines.
public struct Place: Sendable, Hashable {
  /// The file as users know it: the path they gave, or `command line` for overrides.
  public var file: String
  /// The line, from 1; for the command line, the number of the override.
  public var line: Int
  /// The column, from 1, counted in Unicode characters (code points), a tab being one.
  public var column: Int
  /// How many characters the caret spans, at least 1.
  public var length: Int

  /// A span of `length` characters (at least 1) from `line`:`column`, both from 1.
  public init(file: String, line: Int, column: Int, length: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(1, length)
  }

  /// The place as compilers write it: `recipes/news.yaml:14:5`.
  public var shown: String { "\(file):\(line):\(column)" }

  /// The file name that stands for overrides.
  public static let commandLine = "command line"
}

extension Place: Comparable {
  /// Order by file, then line, then column.
  public static func < (a: Place, b: Place) -> Bool {
    if a.file != b.file { return a.file < b.file }
    return (a.line, a.column, a.length) < (b.line, b.column, b.length)
  }
}
