import Clicks
import Tables
import Files
import Notebook
import Recipe
import Report

/// The folder and the names of the data files, and how they are written.
struct DataPlace: Sendable {
  let path: ResolvedPath?
  let folders: [String]
  let clicks: String
  let items: String?
  let format: TableFormat
  /// How the item table is written.
  let itemsFormat: TableFormat
  let identifiers: IdentifierType
  let dropsIncompleteRows: Bool
  let missingItems: MissingItems

  init(_ fields: inout Fields) {
    path = fields.path(
      "path",
      default: "data",
      defaultEnvironment: "FUNREC_RAW_DATA_PATH",
      role: .presentation,
      "The folder of the data files."
    )
    folders = fields.strings(
      "folders",
      default: [".", "dataset/news_recommendation", "news_recommendation"],
      role: .presentation,
      "Folders under path that are tried in order for the click log."
    )
    clicks = fields.string(
      "clicks",
      default: "train_click_log.csv",
      role: .presentation,
      "The click log: delimited text, plain, .gz or .zst."
    )
    items = fields.optionalString(
      "items",
      role: .presentation,
      "The item table; by default the catalogue is the items clicked."
    )
    let delimiter = fields.string("delimiter", default: ",", "What stands between fields: one character.")
    let hasHeader = fields.bool("header", default: true, "Whether the first line names the columns.")
    let quotes = fields.bool("quotes", default: true, "Whether fields may stand in double quotes.")
    let extraFields = fields.choice(
      "extra_fields",
      default: ExtraFields.error,
      "What becomes of a row with more fields than the first line: an 'error'; 'join', the last column has all that is "
        + "left of the line; or 'cut', what is beyond the last column is not looked at."
    )
    let itemsDelimiter = fields.optionalString(
      "items_delimiter",
      "What stands between the fields of the item table, where that is another than 'delimiter'."
    )
    let itemsHeader = fields.optionalBool(
      "items_header",
      "Whether the first line of the item table names its columns, where that is another than 'header'."
    )
    func byte(_ text: String, _ key: String) -> UInt8 {
      if text.utf8.count != 1 { fields.fail(key, "expected one character, got '\(text)'") }
      return text.utf8.first ?? UInt8(ascii: ",")
    }
    let format = DelimitedFormat(
      delimiter: byte(delimiter, "delimiter"),
      hasHeader: hasHeader,
      allowsQuotes: quotes,
      extraFields: extraFields
    )
    var itemsFormat = format
    if let itemsDelimiter { itemsFormat.delimiter = byte(itemsDelimiter, "items_delimiter") }
    if let itemsHeader { itemsFormat.hasHeader = itemsHeader }
    self.format = TableFormat(delimited: format)
    self.itemsFormat = TableFormat(delimited: itemsFormat)
    identifiers = fields.choice(
      "ids",
      default: IdentifierType.auto,
      "How ids are read: 'auto' takes integers where every id is one as programs write them, and text where one has "
        + "leading zeros, a sign or a fraction; 'integer' takes 007 and 7.0 for 7. Ids are the same in all files where "
        + "their bytes are."
    )
    dropsIncompleteRows = fields.bool(
      "drop_incomplete",
      default: false,
      "Leave out clicks with an empty id or time, in place of an error."
    )
    missingItems = fields.choice(
      "missing_items",
      default: MissingItems.unknown,
      "Items clicked but not in the item table: 'unknown' as in the notebook, or 'add' them to the catalogue."
    )
  }
}

/// What the click log's columns are called.
struct LogColumns: Sendable {
  let user: ColumnReference
  let item: ColumnReference
  let time: ColumnReference?
  let unit: TimeUnit?
  let keep: [ColumnReference]

  private enum Unit: String, CaseIterable, Sendable {
    case auto, s, ms, us, ns
  }

  init(_ fields: inout Fields) {
    user = fields.columnName("user", default: .name("user_id"), "The column of user ids.")
    item = fields.columnName("item", default: .name("item_id"), "The column of item ids.")
    time = fields.optionalColumnName(
      "time",
      "The column of times, whole numbers; without it the order of the file is time."
    )
    let unit = fields.choice("time_unit", default: Unit.auto, "What times count; 'auto' tells by their size.")
    self.unit = TimeUnit(rawValue: unit.rawValue)
    keep = fields.columnNames(
      "keep",
      default: [],
      "Further columns to keep, for row filters and context features."
    )
  }
}

extension ColumnReference {
  /// The column as the reader asks for it.
  var selector: ColumnSelector {
    switch self {
    case .name(let name): .name(name)
    case .number(let number): .number(number)
    }
  }
}

/// The data files and how to read them.
struct FileSource: Sendable {
  private let place: DataPlace
  private let columns: LogColumns
  private let itemColumns: ItemColumns

  init(_ place: DataPlace, _ columns: LogColumns, _ itemColumns: ItemColumns) {
    self.place = place
    self.columns = columns
    self.itemColumns = itemColumns
  }

  /// Whether the log has times.
  var hasTime: Bool { columns.time != nil }

  /// Where another click log of the same form is: beside the recipe, or else beside the first one.
  func locate(_ path: ResolvedPath) -> InputFile {
    if FilePaths.exists(path.absolute) || path.shown.hasPrefix("~") {
      return InputFile(shown: path.shown, absolute: path.absolute)
    }
    return file(path.shown)
  }

  /// Looks for the log's columns in another file of the same form; problems go to the setting `key`.
  func preflight(_ path: ResolvedPath, key: String, _ check: Preflight) {
    let found = locate(path)
    guard FilePaths.exists(found.absolute) else {
      return check.fail(key, "there is no '\(path.shown)' beside the recipe, nor '\(file(path.shown).shown)'")
    }
    let all = [columns.user, columns.item] + (columns.time.map { [$0] } ?? []) + columns.keep
    look(at: found, place.format, for: all.map { (key, $0) }, key: key, check)
    lookAtTimes(of: found, key: key, check)
  }

  /// Reads the times of the first rows.
  private func lookAtTimes(of file: InputFile, key: String, _ check: Preflight) {
    guard let time = columns.time,
      let reader = try? TableReaders.head(path: file.absolute, name: file.shown, format: place.format),
      let index = try? reader.index(of: time.selector), let rows = try? reader.firstRows(100)
    else { return }
    for row in rows where index < row.count && !row[index].isEmpty {
      if wholeNumber(row[index]) != nil { continue }
      return check.fail(
        key,
        "\(file.shown): times must be whole numbers such as seconds since 1970, got \(quotedBytes(row[index].utf8)); "
          + "without a time the order of the file is time"
      )
    }
  }

  /// Whether a column of the click log is kept; one kept by its number may be any.
  func keeps(_ column: String) -> Bool {
    columns.keep.canHold(column)
  }

  /// Whether there is an item table.
  var hasItemTable: Bool { place.items != nil }
  /// Whether a column of the item table is kept as text; one kept by its number may be any.
  func keepsItemColumn(_ column: String) -> Bool { hasItemTable && itemColumns.keep.canHold(column) }
  /// Whether a column of the item table is kept as numbers, likewise.
  func keepsItemNumbers(_ column: String) -> Bool { hasItemTable && itemColumns.numbers.canHold(column) }

  var columnNames: (user: String, item: String) {
    func name(_ reference: ColumnReference, _ number: String) -> String {
      if case .name(let name) = reference { name } else { number }
    }
    // The item column of the item table is what the catalogue calls it, as `recall_candidates` did.
    let item = place.items == nil ? columns.item : itemColumns.item
    return (name(columns.user, "user_id"), name(item, "item_id"))
  }

  /// The first folder under `path` that has the click log; the first folder where none has.
  private var folder: InputFile {
    let root = place.path ?? ResolvedPath(shown: "data", absolute: FilePaths.absolute("data"))
    let choices = place.folders.map { folder in
      InputFile(
        shown: folder == "." ? root.shown : FilePaths.join(root.shown, folder),
        absolute: FilePaths.absolute(folder, from: root.absolute)
      )
    }
    let first = choices.first { FilePaths.exists(FilePaths.join($0.absolute, place.clicks)) }
    return first ?? choices.first ?? InputFile(shown: root.shown, absolute: root.absolute)
  }

  private func file(_ name: String) -> InputFile {
    let folder = folder
    return InputFile(
      shown: FilePaths.join(folder.shown, name),
      absolute: FilePaths.join(folder.absolute, name)
    )
  }

  var inputFiles: [InputFile] { [file(place.clicks)] + (place.items.map { [file($0)] } ?? []) }

  /// Opens the files and looks for their columns.
  func preflight(_ check: Preflight) {
    let clicks = file(place.clicks)
    guard FilePaths.exists(clicks.absolute) else {
      let tried =
        place.folders.count > 1
        ? ", nor in \(place.folders.dropFirst().joined(separator: ", ")) under it" : ""
      let key = ["data.clicks", "data.path"].first(where: check.has) ?? "data"
      check.fail(
        key,
        "there is no '\(clicks.shown)'\(tried); set config.data.path or the variable FUNREC_RAW_DATA_PATH"
      )
      return
    }
    let references = [("columns.user", columns.user), ("columns.item", columns.item)]
    let times = columns.time.map { [("columns.time", $0)] } ?? []
    look(
      at: clicks,
      place.format,
      for: references + times + columns.keep.map { ("columns.keep", $0) },
      key: "data.clicks",
      check
    )
    lookAtTimes(of: clicks, key: "columns.time", check)
    guard let name = place.items else { return }
    let category = itemColumns.category.map { [("item_columns.category", $0)] } ?? []
    let title = itemColumns.title.map { [("item_columns.title", $0)] } ?? []
    let wanted = [("item_columns.item", itemColumns.item)] + category + title
    look(
      at: file(name),
      place.itemsFormat,
      for: wanted + itemColumns.numbers.map { ("item_columns.numbers", $0) }
        + itemColumns.keep.map { ("item_columns.keep", $0) },
      key: "data.items",
      check
    )
  }

  private func look(
    at file: InputFile,
    _ format: TableFormat,
    for references: [(key: String, column: ColumnReference)],
    key: String,
    _ check: Preflight
  ) {
    do {
      let reader = try TableReaders.head(path: file.absolute, name: file.shown, format: format)
      try reader.checkForm()
      for (key, column) in references {
        do { _ = try reader.index(of: column.selector) } catch { check.fail(key, "\(error)") }
      }
    } catch {
      check.fail(key, "\(error)")
    }
  }

  /// Reads another click log of the same form, whose names join those of `data`.
  func readClicks(_ file: InputFile, threads: Int) throws -> (log: ClickLog, notes: ReadingNotes) {
    var options = ClickLogOptions()
    options.user = columns.user.selector
    options.item = columns.item.selector
    options.time = columns.time?.selector
    options.timeUnit = columns.unit
    options.userType = place.identifiers
    options.itemType = place.identifiers
    options.extras = columns.keep.map(\.selector)
    options.dropsIncompleteRows = place.dropsIncompleteRows
    let reader = try TableReaders.open(
      path: file.absolute,
      name: file.shown,
      format: place.format,
      threads: threads
    )
    var notes = ReadingNotes()
    let log = try ClickLog(reading: reader, options, &notes)
    return (log, notes)
  }

  /// Reads another log of the same form as `data`'s, to be tested on: with the keys of that one.
  func readTest(_ path: ResolvedPath, for data: ClickLog, threads: Int) throws -> TestLog {
    let file = locate(path)
    var log = try readClicks(file, threads: threads).log
    guard log.times == nil || log.timeUnit == data.timeUnit else {
      throw DataError(
        "its times are \(log.timeUnit.words), those of the clicks to learn from \(data.timeUnit.words); bring them to one "
          + "unit, or set columns.time_unit where that is right",
        file: file.shown
      )
    }
    let strange = log.takeKeys(of: data)
    return TestLog(file: file, log: log, strange: strange)
  }

  func read(threads: Int) throws -> (data: ConfigArtifact, notes: ReadingNotes) {
    var (log, notes) = try readClicks(file(place.clicks), threads: threads)
    guard let name = place.items else {
      return (ConfigArtifact(log: log, items: ItemTable(itemsOf: log)), notes)
    }
    let table = file(name)
    var options = ItemTableOptions()
    options.item = itemColumns.item.selector
    options.category = itemColumns.category?.selector
    options.title = itemColumns.title?.selector
    options.numbers = itemColumns.numbers.map(\.selector)
    options.kept = itemColumns.keep.map(\.selector)
    options.itemType = place.identifiers
    options.dropsIncompleteRows = place.dropsIncompleteRows
    let reader = try TableReaders.open(
      path: table.absolute,
      name: table.shown,
      format: place.itemsFormat,
      threads: threads
    )
    let items = try ItemTable(reading: reader, options, for: &log, missing: place.missingItems, &notes)
    return (ConfigArtifact(log: log, items: items), notes)
  }
}

/// A log to be tested on, with the keys of the one that is learned from.
struct TestLog {
  let file: InputFile
  let log: ClickLog
  /// What the other log does not have.
  let strange: ClickLog.StrangeNames
}
