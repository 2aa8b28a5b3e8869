import Files
import Memory
import Parquet

/// Reads chosen columns of a Parquet file, in parallel over columns and row groups.
///
/// Columns are the leaves of the schema, `user.id` where one stands in a structure; of a list the elements are the column,
/// under the name of the list. Values come as ``DelimitedReader`` gives them for the same table written as CSV, nulls as
/// empty fields; of that which CSV cannot say, times that the schema knows for times are moments, and a number asked for as
/// a real is the number itself, not its shortest decimal. An empty list is a list, and no empty field.
package final class ParquetReader: TableReader {
  /// The file as messages call it.
  package let name: String
  /// The names of the columns.
  package let header: [String]

  private let file: ParquetFile
  private let threads: Threads

  /// Opens the file at `path` and reads its footer.
  /// - Throws: `DataError` where it is missing, unreadable, damaged or no Parquet.
  package init(path: String, name: String? = nil, threads: Int = 1) throws {
    let shown = name ?? path
    self.name = shown
    self.threads = Threads(threads)
    guard FilePaths.exists(path) else { throw DataError("no such file", file: shown) }
    if let packing = Self.packing(of: path) {
      throw DataError(
        "the file is packed as a whole (\(packing.rawValue)), and Parquet, which packs its columns itself, is read as it "
          + "lies there; unpack it with `\(packing == .gzip ? "gunzip" : "zstd -d")`",
        file: shown
      )
    }
    file = try Self.naming(shown) { try ParquetFile(path: path) }
    header = file.leaves.map(\.name)
  }

  private static func naming<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as FileError {
      throw DataError("\(error.action): \(error.reason)", file: name)
    } catch let error as ParquetError {
      throw DataError(error.description, file: name)
    } catch let error as OutOfMemory {
      throw DataError(error.description, file: name)
    }
  }

  /// How the whole file at `path` is packed, where it is.
  private static func packing(of path: String) -> Compression? {
    guard let file = try? MappedFile(path) else { return nil }
    return file.withBytes { Compression(of: UnsafeRawBufferPointer($0)) }
  }

  /// Nothing is left to look for: `init` has read the schema.
  package func checkForm() {}

  /// The place, from 0, of the column that `selector` names: by its name, or by all names on the way to it.
  /// - Throws: `DataError` where there is no such column, or two; the message lists those there are.
  package func index(of selector: ColumnSelector) throws -> Int {
    switch selector {
    case .number(let number):
      guard (1...max(header.count, 1)).contains(number), !header.isEmpty else {
        throw DataError("no column \(number): the columns are 1 to \(header.count)", file: name)
      }
      return number - 1
    case .name(let wanted):
      var places = header.indices.filter { header[$0] == wanted }
      if places.isEmpty { places = header.indices.filter { file.leaves[$0].path == wanted } }
      guard let place = places.first else { throw missingColumn(wanted) }
      guard places.count == 1 else {
        let numbers = places.map { String($0 + 1) }.joined(separator: " and ")
        throw DataError("the name '\(wanted)' is that of columns \(numbers); use the number", file: name)
      }
      return place
    }
  }

  private func missingColumn(_ wanted: String) -> DataError {
    let shown = header.prefix(30).map { quotedBytes($0.utf8).dropFirst().dropLast() }.joined(separator: ", ")
    let rest = header.count > 30 ? " and \(header.count - 30) more" : ""
    let inside = header.filter { $0.hasPrefix(wanted + ".") }
    let hint =
      inside.isEmpty
      ? Suggestion.clause(for: wanted, among: header)
      : "; '\(wanted)' is a structure, name one of its columns"
    return DataError("no column '\(wanted)': the columns are \(shown)\(rest)\(hint)", file: name)
  }

  /// The first rows, at most `count`, every value as text, nulls and what is not read as nothing.
  /// - Throws: `DataError` where one cannot be read.
  package func firstRows(_ count: Int) throws -> [[String]] {
    var table: [[String]] = []
    let readable = header.indices.filter { file.leaves[$0].refusal == nil }
    for group in file.rowGroups.indices where table.count < count {
      let taken = min(count - table.count, file.rowGroups[group])
      var rows = [[String]](repeating: [String](repeating: "", count: header.count), count: taken)
      // A list is whole where the next row has begun.
      let columns = try Self.naming(name) {
        try file.read(readable, rowGroups: group..<group + 1, rowLimit: taken + 1, threads: threads)
      }
      for (place, column) in zip(readable, columns) {
        let fields = ParquetFields(column)
        for row in 0..<min(taken, fields.rows) { rows[row][place] = fields.rowText(row) }
      }
      table += rows
    }
    return table
  }

  /// The columns `requests` of all rows; one may be asked for more than once.
  /// - Throws: `DataError` that names the first row at fault and its column.
  package func read(_ requests: [ColumnRequest]) throws -> TableColumns {
    let places = try requests.map { try index(of: $0.selector) }
    let distinct = places.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }.sorted()
    guard file.rows > 0 else {
      var error = DataError("the file has no rows", file: name)
      error.isOfNoRows = true
      throw error
    }
    let columns = try Self.naming(name) { try file.read(distinct, threads: threads) }
    var fields: [Int: ParquetFields] = [:]
    for (place, column) in zip(distinct, columns) { fields[place] = ParquetFields(column) }
    let pairs = zip(places, requests).compactMap { place, request in
      fields[place].map {
        WantedParquetColumn(
          fields: $0,
          request: request.joined(with: zip(places, requests).filter { $0.0 == place }.map(\.1)),
          column: place
        )
      }
    }
    let table = ParquetTable(pairs, rows: file.rows, threads: threads)
    if let (row, column, message) = table.failure {
      throw DataError("row \(row + 1), column '\(header[column])': \(message)", file: name)
    }
    return table.columns()
  }
}

extension ColumnRequest {
  /// This request where `others` are about the same column: the strictest rule for empty fields holds, and the type of
  /// whoever does not take what comes.
  fileprivate func joined(with others: [ColumnRequest]) -> ColumnRequest {
    var joined = self
    let strictness: [EmptyFieldRule] = [.substitute, .dropRow, .fail]
    joined.empty = strictness.last { rule in others.contains { $0.empty == rule } } ?? empty
    joined.allowsLatin1 = others.allSatisfy(\.allowsLatin1)
    let yields: [ColumnType] = [.integer, .identifier, .name]
    if type == .integerOrName, let other = others.first(where: { yields.contains($0.type) }) {
      joined.type = other.type
    }
    return joined
  }
}
