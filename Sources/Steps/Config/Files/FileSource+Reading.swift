import Clicks
import Notebook
import Recipe
import Tables

extension FileSource {
  /// Reads the click log, the user table and the item table.
  func read(_ reading: DataReading) throws -> (data: ConfigArtifact, notes: ReadingNotes, files: [FileRows]) {
    var (log, notes, rows) = try readClicks(clicks, reading)
    var allRows = [rows]
    let users = try readUsers(for: &log, reading, &allRows)
    var table = try readItems(for: &log, &notes, reading, &allRows)
    notes.vectors = try place.vectors?.give(to: &table, path)
    var data = ConfigArtifact(log: log, items: table)
    data.users = users
    return (data, notes, allRows)
  }

  private func readUsers(for log: inout ClickLog, _ reading: DataReading, _ rows: inout [FileRows]) throws
    -> UserTable?
  {
    guard let users, let place = place.users else { return nil }
    let reader = try reading.open(users, place.format)
    let table = try UserTable(reading: reader, userColumns.options(place), for: &log)
    rows.append(FileRows(set: users, rows: (reader as? TableFiles)?.rowsOfFiles ?? []))
    return table
  }

  private func readItems(
    for log: inout ClickLog,
    _ notes: inout ReadingNotes,
    _ reading: DataReading,
    _ rows: inout [FileRows]
  ) throws -> ItemTable {
    guard let items else { return ItemTable(itemsOf: log) }
    var options = ItemTableOptions()
    options.item = itemColumns.item.selector
    options.category = itemColumns.category?.selector
    options.title = itemColumns.title?.selector
    options.numbers = itemColumns.numbers.map(\.selector)
    options.kept = itemColumns.keep.map(\.selector)
    options.availableFrom = itemColumns.availableFrom?.selector
    options.availableUntil = itemColumns.availableUntil?.selector
    options.itemType = place.identifiers
    options.dropsIncompleteRows = place.dropsIncompleteRows
    itemColumns.lists.fill(&options)
    let reader = try reading.open(items, place.itemsFormat)
    let table = try ItemTable(
      reading: reader,
      options,
      for: &log,
      missing: place.missingItems,
      rowVectors: try place.vectors?.rowColumn(path),
      &notes
    )
    rows.append(FileRows(set: items, rows: (reader as? TableFiles)?.rowsOfFiles ?? []))
    return table
  }

  /// Reads a click log of this form.
  private func readClicks(_ files: FileSet, _ reading: DataReading) throws -> (
    log: ClickLog, notes: ReadingNotes, rows: FileRows
  ) {
    var options = ClickLogOptions()
    options.user = columns.user.selector
    options.item = columns.item.selector
    options.time = columns.time?.selector
    options.timeUnit = columns.unit
    options.userType = place.identifiers
    options.itemType = place.identifiers
    options.extras = columns.keep.map(\.selector)
    options.dropsIncompleteRows = place.dropsIncompleteRows
    options.worth = worth
    let reader = try reading.open(files, place.format)
    var notes = ReadingNotes()
    let log = try ClickLog(reading: reader, options, &notes)
    notes.headerOfValues = Self.values(
      inHeaderOf: reader,
      [options.user, options.item] + [options.time].compactMap { $0 }
    )
    return (log, notes, FileRows(set: files, rows: (reader as? TableFiles)?.rowsOfFiles ?? []))
  }

  /// What a header has in place of names: whole numbers in all of `columns`, which are not the numbers of the columns, as programs
  /// write them that have no names. Nil where it has names.
  private static func values(inHeaderOf reader: any TableReader, _ columns: [ColumnSelector]) -> String? {
    let indexes = columns.compactMap { try? reader.index(of: $0) }
    let names = indexes.map { reader.header[$0] }
    let numbers = names.compactMap { Int64($0) }
    func counts(from first: Int) -> Bool { zip(indexes, numbers).allSatisfy { Int64($0 + first) == $1 } }
    guard numbers.count == names.count, !counts(from: 0), !counts(from: 1) else { return nil }
    return names.joined(separator: ", ")
  }

  /// Reads another log of the same form as `data`'s, to be tested on: with the keys of that one.
  func readTest(_ files: FileSet, for data: ClickLog, _ reading: DataReading) throws -> TestLog {
    var log = try readClicks(files, reading).log
    if let times = log.times, log.timeUnit != data.timeUnit {
      guard let recounted = log.timeUnit.recounted(times, in: data.timeUnit) else {
        throw DataError(
          "its times are \(log.timeUnit.words), and those of the clicks to learn from \(data.timeUnit.words), in which they are "
            + "no whole numbers; set columns.time_unit to \(log.timeUnit.rawValue) where both are dates, or bring numbers "
            + "to one unit",
          file: files.name
        )
      }
      (log.times, log.timeUnit) = (recounted, data.timeUnit)
    }
    let strange = log.takeKeys(of: data)
    return TestLog(files: files, log: log, strange: strange)
  }
}

/// A log to be tested on, with the keys of the one that is learned from.
struct TestLog {
  let files: FileSet
  let log: ClickLog
  /// What the other log does not have.
  let strange: ClickLog.StrangeNames
}
