/// Where something was written: a file as shown to users, and a span on one of its lines.
package struct Place: Sendable, Hashable {
  /// The file as users know it: the path they gave, or `command line` for overrides.
  package var file: String
  /// The line, from 1; for the command line, the number of the override.
  package var line: Int
  /// The column, from 1, counted in Unicode characters (code points), a tab being one.
  package var column: Int
  /// How many characters the caret spans, at least 1.
  package var length: Int

  /// A span of `length` characters (at least 1) from `line`:`column`, both from 1.
  package init(file: String, line: Int, column: Int, length: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(1, length)
  }

  /// The place as compilers write it: `recipes/news.yaml:14:5`.
  package var shown: String { "\(file):\(line):\(column)" }

  /// The file name that stands for overrides.
  package static let commandLine = "command line"
}

extension Place: Comparable {
  /// Order by file, then line, then column.
  package static func < (a: Place, b: Place) -> Bool {
    if a.file != b.file { return a.file < b.file }
    return (a.line, a.column, a.length) < (b.line, b.column, b.length)
  }
}
