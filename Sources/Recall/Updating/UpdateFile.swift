import Tables

/// A file for an update, opened as the model's recipe reads its own, or as a table that tells by itself how it is written:
/// whichever has the columns.
struct UpdateFile {
  /// A column that there must be.
  struct Wanted {
    /// As the recipe calls it.
    var own: ColumnSelector
    /// What it is called in a table with names, where the recipe has a number.
    var name: String

    /// What it is called in a table with names.
    fileprivate var plain: ColumnSelector {
      if case .name = own { own } else { .name(name) }
    }
    fileprivate var isNumber: Bool {
      if case .number = own { true } else { false }
    }
  }

  let reader: any TableReader
  /// The columns, as the reader is asked for them.
  let columns: [ColumnSelector]
  /// Whether it is read as the recipe reads its own.
  let isOwn: Bool

  /// - Parameters:
  ///   - format: how the recipe's own file is written.
  ///   - isOwnAlone: whether columns are named by the recipe's numbers alone, which say nothing of other tables.
  ///   - missing: what is wrong with a file that lacks the wanted column at a place, called so, by the names of its columns.
  /// - Throws: `DataError` where the file cannot be read, or lacks a column.
  init(
    path: String,
    _ format: TableFormat,
    _ wanted: [Wanted],
    isOwnAlone: Bool = false,
    threads: Int,
    missing: (_ place: Int, _ selector: ColumnSelector, _ header: [String]) -> String
  ) throws {
    let own = (format: format, columns: wanted.map(\.own), isOwn: true)
    let plain = (format: TableFormat(), columns: wanted.map(\.plain), isOwn: false)
    // What has columns by number, or lists, takes any text for its own: a table with the names comes first.
    let isBare = wanted.contains(where: \.isNumber) || [.sequences, .sessions].contains(format.kind)
    let isPlain = format == TableFormat() && !wanted.contains(where: \.isNumber)
    let ways = isPlain || isOwnAlone ? [own] : isBare ? [plain, own] : [own, plain]
    var nearest: (found: [ColumnSelector?], columns: [ColumnSelector], header: [String])?
    var failure: (any Error)?
    for way in ways {
      let reader: any TableReader
      do { reader = try TableReaders.open(path: path, format: way.format, threads: threads) } catch {
        if failure == nil || way.isOwn { failure = error }
        continue
      }
      let found = way.columns.map { reader.column($0) }
      let columns = found.compactMap { $0 }
      if columns.count == found.count {
        (self.reader, self.columns, isOwn) = (reader, columns, way.isOwn)
        return
      }
      let most = nearest?.found.count { $0 != nil } ?? -1
      if columns.count > most || (columns.count == most && way.isOwn) {
        nearest = (found, way.columns, reader.header)
      }
    }
    if let nearest, let place = nearest.found.firstIndex(where: { $0 == nil }) {
      throw DataError(missing(place, nearest.columns[place], nearest.header), file: path, line: 1)
    }
    throw failure ?? DataError("the file cannot be read", file: path)
  }
}

extension TableReader {
  /// A column as it is to be asked for; nil where there is none. Without a header columns are called by their numbers.
  func column(_ selector: ColumnSelector) -> ColumnSelector? {
    if (try? index(of: selector)) != nil { return selector }
    guard case .name(let name) = selector, let number = Int(name), header.indices.contains(number - 1),
      header[number - 1] == name
    else { return nil }
    return .number(number)
  }
}
