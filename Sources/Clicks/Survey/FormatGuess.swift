import Tables

/// Guesses how the delimited text file at `path` is written: its delimiter, and whether its first line is a header.
///
/// - Throws: `DataError` as `DelimitedReader` does.
package func guessFormat(path: String, name: String? = nil) throws -> DelimitedFormat {
  var best = (format: DelimitedFormat(), columns: 0)
  // A blank stands in texts too, and `::` is two delimiters with an empty column between them.
  for delimiter in ",\t;| :".utf8 {
    let format = DelimitedFormat(delimiter: delimiter)
    guard delimiter != UInt8(ascii: " ") || best.columns == 0 else { continue }
    guard delimiter != UInt8(ascii: ":") || best.columns == 0 else { continue }
    let reader = try DelimitedReader.head(path: path, name: name, format: format)
    // Without the column of its own, a first line that is no header is looked at too.
    let rows = try [reader.header] + reader.firstRows(20)
    let isEven = rows.allSatisfy { $0.count == rows[0].count }
    guard isEven, rows[0].count > max(best.columns, 1) else { continue }
    if delimiter == UInt8(ascii: ":"), !rows.allSatisfy(isDoubled) { continue }
    best = (format, rows[0].count)
  }
  if best.columns == 0, let delimiter = try usualDelimiter(path: path, name: name) {
    best.format.delimiter = delimiter
  }
  best.format.hasHeader = try looksLikeHeader(path: path, name: name, format: best.format)
  return best.format
}

/// The delimiter that cuts three of four lines into as many fields, where none cuts all of them so: a field with the delimiter
/// in it that stands in no quotes is a mistake that the reader tells.
private func usualDelimiter(path: String, name: String?) throws -> UInt8? {
  try ",\t;|".utf8.first { delimiter in
    let reader = try DelimitedReader.head(
      path: path,
      name: name,
      format: DelimitedFormat(delimiter: delimiter)
    )
    let counts = try [reader.header.count] + reader.firstRows(20).map(\.count)
    let usual = counts.sorted()[counts.count / 2]
    return usual > 1 && 4 * counts.count { $0 == usual } >= 3 * counts.count
  }
}

/// Whether every second field is empty, as between the colons of `1::1193::5`.
private func isDoubled(_ row: [String]) -> Bool {
  row.count % 2 == 1 && row.indices.allSatisfy { $0 % 2 == 0 || row[$0].isEmpty }
}

/// Whether the first line names the columns: none of its fields is a number, or empty but for the first, which pandas leaves
/// so over its index; and none of them is a value that its column has again.
private func looksLikeHeader(path: String, name: String?, format: DelimitedFormat) throws -> Bool {
  let reader = try DelimitedReader.head(path: path, name: name, format: format)
  let names = reader.header
  guard !names.contains(where: isNumber), !names.dropFirst().contains(""), names != [""] else { return false }
  let rows = try reader.firstRows(100)
  return !names.indices.contains { column in
    !names[column].isEmpty && rows.contains { column < $0.count && $0[column] == names[column] }
  }
}

/// Whether the text is a number.
func isNumber(_ text: String) -> Bool {
  if case .value = Array(text.utf8).withUnsafeBufferPointer(realField) { return true }
  return false
}
