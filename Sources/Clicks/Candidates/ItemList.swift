import Files
import Tables

/// Ids of items that a file lists: those to allow, or to block.
package struct ItemList: Sendable, Equatable {
  /// The items that the catalogue has, as keys, ascending and each once.
  package var items: [Int64]
  /// How many distinct ids the file has.
  package var listed: Int
  /// Those that the catalogue does not have, in the order of the file, each once.
  package var unknown: [String]

  /// Reads a file: one id a line, where `column` is nil, blank lines left out; else the column of a table.
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - format: how a table is written.
  ///   - mayBeEmpty: whether a file without any id is a list of nothing.
  ///   - table: the catalogue; where its ids are whole numbers, those of the file may be written as `7.0` too, and as `007`
  ///     where they were read as numbers.
  /// - Throws: `DataError` where the file cannot be read, has no id and should have some, or none that the catalogue has.
  package init(
    path: String,
    name: String,
    column: ColumnSelector?,
    format: TableFormat = TableFormat(),
    of table: ItemTable,
    mayBeEmpty: Bool = false,
    threads: Int
  ) throws {
    var ids: [String] = []
    do {
      ids =
        try column.map { try Self.column($0, path, name, format, threads: threads) } ?? Self.lines(path, name)
    } catch let error as DataError
      where mayBeEmpty && (error.isOfNoRows || FilePaths.size(of: path) == 0)
    {}
    guard !ids.isEmpty || mayBeEmpty else { throw DataError("it lists no item ids", file: name) }
    let known = Vocabulary(keysOf: table.items)
    let sorted = table.itemNames.map(SortedNames.init)
    var found: [Int64] = []
    unknown = []
    for id in ids {
      let key =
        sorted.map { $0.place(of: id).map(Int64.init) }
        ?? listedID(id, areNumbers: table.idsAreNumbers)
      if let key, known.contains(key) { found.append(key) } else { unknown.append(id) }
    }
    items = distinctKeys(found)
    listed = ids.count
    guard !items.isEmpty || ids.isEmpty else {
      throw DataError(
        "none of its \(listed) ids is in the catalogue: the file has \(quotedBytes(ids[0].utf8)), the catalogue "
          + "\(quotedBytes(ClickLog.id(table.items.first ?? 0, table.itemNames).utf8))"
          + (column == nil ? "; a table needs 'column', the column of its ids" : ""),
        file: name
      )
    }
  }

  private static func column(
    _ column: ColumnSelector,
    _ path: String,
    _ name: String,
    _ format: TableFormat,
    threads: Int
  ) throws -> [String] {
    let reader = try TableReaders.open(path: path, name: name, format: format, threads: threads)
    let read = try reader.read([ColumnRequest(column, as: .name, empty: .dropRow)])
    guard case .names(_, let names)? = read.columns.first else { return [] }
    return names
  }

  /// The distinct lines of a file without blanks around them, in its order.
  private static func lines(_ path: String, _ name: String) throws -> [String] {
    var known: Set<[UInt8]> = []
    var lines: [String] = []
    for (place, line) in try TextLines.read(path: path, name: name).enumerated() {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw DataError("expected UTF-8 text, an item id a line", file: name, line: place + 1)
      }
      if !line.isEmpty, known.insert(line).inserted { lines.append(text) }
    }
    return lines
  }
}
