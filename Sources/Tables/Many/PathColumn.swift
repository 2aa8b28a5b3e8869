/// A column that has one value in all rows of a file: what the file's path says of it.
enum PathColumn {
  /// The values of `rows` rows that a file of text would have `text` in; none where an empty one leaves rows out.
  /// - Throws: `DataError` that names `file`, where `text` is not of the type asked for.
  static func values(
    _ text: String,
    key: String,
    rows: Int,
    _ request: ColumnRequest,
    file: String
  ) throws -> (values: ColumnValues, dropsRows: Bool, namesSince: String?) {
    func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
    // Another column keeps the line from being blank.
    let lines = Array("-,\(quoted(key))\n-,\(quoted(text))\n".utf8)
    var wanted = request
    wanted.selector = .number(2)
    do {
      let read = try DelimitedReader(bytes: lines, name: file).read([wanted])
      guard read.rows == 1 else { return (read.columns[0], true, nil) }
      return (
        read.columns[0].rows([Int](repeating: 0, count: rows)), false, read.namesSince[0]
      )
    } catch let error as DataError {
      throw DataError("of its path '\(key)=\(text)': \(error.message)", file: file)
    }
  }
}
