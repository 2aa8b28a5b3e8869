import Report

/// What the report shows of the files that make a table, where they are many.
enum FileTables {
  /// As many as are listed one by one.
  private static let most = 20

  /// How many files there are, and which; nothing for single files that were named.
  static func blocks(_ files: [FileRows]) -> [Block] {
    files.flatMap { file -> [Block] in
      guard let text = file.set.summary(MarkdownText.code) else { return [] }
      guard file.set.files.count <= most, file.rows.count == file.set.files.count else {
        return [.prose("There are \(text).")]
      }
      let table = Table(
        name: "\(file.set.role)_files",
        columns: [.init("File of \(file.set.role)"), .init("Rows", .trailing)],
        rows: zip(file.set.files, file.rows).map { [.text($0.shown), .int($1)] }
      )
      return [.table(table)]
    }
  }
}
