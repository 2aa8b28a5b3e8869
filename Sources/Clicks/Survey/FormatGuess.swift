import Tables

/// Guesses how the delimited text file at `path` is written: its delimiter, and whether its first line is a header.
///
/// - Throws: `DataError` as `DelimitedReader` does.
package func guessFormat(path: String, name: String? = nil) throws -> DelimitedFormat {
  var best = (format: DelimitedFormat(), columns: 0)
  for format in usualFormats + [DelimitedFormat(delimiter: UInt8(ascii: " "))] {
    // A blank stands in texts too, and a bar within the fields of `19::Ace Ventura: When Nature Calls (1995)::Comedy`.
    guard format.delimiter != UInt8(ascii: " ") || best.columns == 0 else { continue }
    guard format.delimiter != UInt8(ascii: "|") || !best.format.isDoubled else { continue }
    guard let counts = fieldCounts(path, name, format), counts.allSatisfy({ $0 == counts[0] }),
      counts[0] > max(best.columns, 1)
    else { continue }
    best = (format, counts[0])
  }
  if best.columns == 0, let usual = usualFormats.first(where: { isUsual(fieldCounts(path, name, $0)) }) {
    best.format = usual
  }
  best.format.hasHeader = try looksLikeHeader(path: path, name: name, format: best.format)
  return best.format
}

private let usualFormats =
  ",\t;".utf8.map { DelimitedFormat(delimiter: $0) } + [
    DelimitedFormat(delimiter: UInt8(ascii: ":"), isDoubled: true),
    DelimitedFormat(delimiter: UInt8(ascii: "|")),
  ]

/// How many fields the first lines have; nil where they cannot be read so: by another delimiter text may follow a closing quote.
private func fieldCounts(_ path: String, _ name: String?, _ format: DelimitedFormat) -> [Int]? {
  guard let reader = try? DelimitedReader.head(path: path, name: name, format: format),
    let rows = try? reader.firstRows(20)
  else { return nil }
  // Without the column of its own, a first line that is no header is looked at too.
  return [reader.header.count] + rows.map(\.count)
}

/// Whether three of four lines have as many fields, where not all have: a field with the delimiter in it that stands in no
/// quotes is a mistake that the reader tells.
private func isUsual(_ counts: [Int]?) -> Bool {
  guard let counts else { return false }
  let usual = counts.sorted()[counts.count / 2]
  return usual > 1 && 4 * counts.count { $0 == usual } >= 3 * counts.count
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
