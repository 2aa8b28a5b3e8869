import Files
import Memory

/// The tables of many files as one: their rows, one file after another.
///
/// What is read is to the byte what one file with all rows would give: whole numbers where all files have them, names where
/// one has some. Columns that are asked for by name may stand in any order; a file that lacks one is an error. A column
/// may also be what the paths of the files say (`TableFile.partitions`), which goes before a column of that name in them.
/// Files without rows are passed over. Few files are open at once, however many there are.
package final class TableFiles: TableReader {
  /// What messages call all files together.
  package let name: String
  /// The columns of the first file, and then those of paths.
  package let header: [String]
  /// How many rows were read of each file, once they were.
  package private(set) var rowsOfFiles: [Int] = []

  private let files: [TableFile]
  private let options: TableFilesOptions
  /// The head of the first file that is not empty, which says how the others must be.
  private let lead: any TableReader
  private let keys: [String]

  /// Looks at the head of the first file.
  /// - Parameter files: one or more, in the order of their rows.
  /// - Throws: `DataError` where it cannot be read, or where all files are empty.
  package init(_ files: [TableFile], name: String, _ options: TableFilesOptions) throws {
    self.files = files
    self.name = name
    self.options = options
    guard let first = files.first(where: { FilePaths.size(of: $0.path) != 0 }) else {
      throw DataError("all files are empty", file: name)
    }
    lead = try TableReaders.head(path: first.path, name: first.name, format: options.format)
    var keys: [String] = []
    for (key, _) in files.flatMap(\.partitions) where !keys.contains(key) { keys.append(key) }
    self.keys = keys
    let own = lead.header
    header = own + keys.filter { !own.contains($0) }
  }

  package func checkForm() throws { try lead.checkForm() }

  package func firstRows(_ count: Int) throws -> [[String]] {
    let own = lead.header
    let added = files.first { $0.name == lead.name }.map { file in
      keys.filter { !own.contains($0) }.map { file.partition($0) ?? "" }
    }
    return try lead.firstRows(count).map { $0 + (added ?? []) }
  }

  package func index(of selector: ColumnSelector) throws -> Int {
    if case .name(let name) = selector, keys.contains(name), let place = header.firstIndex(of: name) {
      return place
    }
    do { return try lead.index(of: selector) } catch let error as DataError {
      guard !keys.isEmpty else { throw error }
      let known = "; their paths give \(keys.joined(separator: ", "))"
      throw DataError(error.message + known, file: error.file, line: error.line)
    }
  }

  package func origin(ofRow row: Int) -> (file: String, row: Int) {
    var rest = row
    for (file, rows) in zip(files, rowsOfFiles) {
      if rest < rows { return (file.name, rest) }
      rest -= rows
    }
    return (name, row)
  }

  package func read(_ requests: [ColumnRequest]) throws -> TableColumns {
    for request in requests { _ = try index(of: request.selector) }
    let reading = FilesReading(files, requests, keys: keys, lead: lead, options)
    let columns = try reading.columns()
    guard columns.rows + columns.droppedRows > 0 else {
      throw DataError("none of the files has a row", file: name)
    }
    rowsOfFiles = reading.rowsOfFiles
    return columns
  }
}
