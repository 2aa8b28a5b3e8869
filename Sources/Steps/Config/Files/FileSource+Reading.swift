import Clicks
import Notebook
import Recipe
import Tables

extension FileSource {
  /// Reads the click log and the item table.
  func read(_ reading: DataReading) throws -> (data: ConfigArtifact, notes: ReadingNotes, files: [FileRows]) {
    var (log, notes, rows) = try readClicks(clicks, reading)
    guard let items else {
      return (ConfigArtifact(log: log, items: ItemTable(itemsOf: log)), notes, [rows])
    }
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
    let reader = try reading.open(items, place.itemsFormat)
    let table = try ItemTable(reading: reader, options, for: &log, missing: place.missingItems, &notes)
    let itemRows = FileRows(set: items, rows: (reader as? TableFiles)?.rowsOfFiles ?? [])
    return (ConfigArtifact(log: log, items: table), notes, [rows, itemRows])
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
    return (log, notes, FileRows(set: files, rows: (reader as? TableFiles)?.rowsOfFiles ?? []))
  }

  /// Reads another log of the same form as `data`'s, to be tested on: with the keys of that one.
  func readTest(_ files: FileSet, for data: ClickLog, _ reading: DataReading) throws -> TestLog {
    var log = try readClicks(files, reading).log
    guard log.times == nil || log.timeUnit == data.timeUnit else {
      throw DataError(
        "its times are \(log.timeUnit.words), those of the clicks to learn from \(data.timeUnit.words); bring them to one "
          + "unit, or set columns.time_unit where that is right",
        file: files.name
      )
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
