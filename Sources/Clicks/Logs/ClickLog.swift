import Tables

/// Who clicked what and when, as columns in the order of the file; one row is one click.
///
/// Ids are Int64 keys: the id itself where ids are integers, else the place in the sorted names, so that
/// the order of keys is the order of names.
package struct ClickLog: Sendable, Equatable {
  /// The user of each click, `[rows]`.
  package var users: [Int64]
  /// The item of each click, `[rows]`.
  package var items: [Int64]
  /// The time of each click in `timeUnit`, `[rows]`; nil where the log has no times and file order is time.
  package var times: [Int64]?
  /// The unit of `times`.
  package var timeUnit: TimeUnit
  /// Further columns that were kept, for filters and context features.
  package var extras: [LogColumn]
  /// The names behind user keys, sorted by their bytes; nil where keys are the ids themselves.
  package var userNames: [String]?
  /// The names behind item keys, sorted by their bytes; nil where keys are the ids themselves.
  package var itemNames: [String]?
  /// Whether ids were read as numbers, in whatever way these are written; else they are their bytes.
  package var idsAreNumbers = false
  /// How many rows of the file were left out because an id or a time was empty.
  package var droppedRows: Int
  /// What each click counts, 0 or more and finite, `[rows]`; nil where all count 1.
  package var weights: [Float]?
  /// What each click was, as names; nil where the log has no events.
  package var events: ColumnValues?
  /// The items that each click's user was shown with it, as lists of their ids; nil where the log has none.
  package var impressions: ColumnValues?

  /// Makes a log from columns of equal length.
  package init(
    users: [Int64],
    items: [Int64],
    times: [Int64]?,
    timeUnit: TimeUnit = .seconds,
    extras: [LogColumn] = [],
    userNames: [String]? = nil,
    itemNames: [String]? = nil,
    droppedRows: Int = 0
  ) {
    precondition(users.count == items.count && times?.count ?? users.count == users.count)
    precondition(extras.allSatisfy { $0.values.count == users.count })
    self.users = users
    self.items = items
    self.times = times
    self.timeUnit = timeUnit
    self.extras = extras
    self.userNames = userNames
    self.itemNames = itemNames
    self.droppedRows = droppedRows
  }

  /// The number of clicks.
  package var count: Int { users.count }

  /// The kept column called `name`.
  package func extra(_ name: String) -> ColumnValues? { extras.first { $0.name == name }?.values }

  /// The id of the user with this key, as text.
  package func userID(_ key: Int64) -> String { Self.id(key, userNames) }

  /// The id of the item with this key, as text.
  package func itemID(_ key: Int64) -> String { Self.id(key, itemNames) }

  package static func id(_ key: Int64, _ names: [String]?) -> String {
    guard let names, let place = Int(exactly: key), names.indices.contains(place) else { return String(key) }
    return names[place]
  }
}

/// A column of a log or an item table that is neither id nor time.
package struct LogColumn: Sendable, Equatable {
  /// The column's name, or its number where the file has no header.
  package var name: String
  /// One value for each row.
  package var values: ColumnValues

  /// Makes a column.
  package init(name: String, values: ColumnValues) {
    self.name = name
    self.values = values
  }

  /// The values of some rows, in their order.
  func rows(_ rows: [Int]) -> LogColumn { LogColumn(name: name, values: values.rows(rows)) }
}

/// How ids are read.
package enum IdentifierType: String, CaseIterable, Sendable, Hashable {
  /// Integers where every id is one as programs write them, else text.
  case auto
  /// Integers, 0 or more; anything else is an error, and `007`, `7.0` and `7` are one id.
  case integer
  /// Text.
  case string

  var columnType: ColumnType {
    switch self {
    case .auto: .identifier
    case .integer: .integer
    case .string: .name
    }
  }
}

/// Which columns of a file make a click log, and how they are read.
package struct ClickLogOptions: Sendable, Hashable {
  /// The column of user ids.
  package var user: ColumnSelector = .name("user_id")
  /// The column of item ids.
  package var item: ColumnSelector = .name("item_id")
  /// The column of times (counts or moments), or nil where the order of the file is all there is.
  package var time: ColumnSelector?
  /// The unit of times that are counts, or nil to tell it from their magnitude; moments have their own, or this one where it
  /// is finer.
  package var timeUnit: TimeUnit?
  /// How user ids are read.
  package var userType = IdentifierType.auto
  /// How item ids are read.
  package var itemType = IdentifierType.auto
  /// Further columns to keep: integers where every field is one, else text (an empty field is "").
  package var extras: [ColumnSelector] = []
  /// Further columns to keep as decimal numbers (an empty field is NaN).
  package var realExtras: [ColumnSelector] = []
  /// Whether a row with an empty id or time is an error (the default), or left out and counted.
  package var dropsIncompleteRows = false
  /// What rows are worth.
  package var worth = ClickWorthOptions()

  /// The columns `user_id` and `item_id`, no time.
  package init() {}
}

extension ClickLog {
  /// Reads a click log.
  ///
  /// - Throws: `DataError` as `DelimitedReader.read` does; also where times jump by a factor of a thousand and no unit is
  ///   set, and where ids that are to be integers are negative.
  package init(reading reader: any TableReader, _ options: ClickLogOptions) throws {
    var notes = ReadingNotes()
    try self.init(reading: reader, options, &notes)
  }

  /// Reads a click log, and says how its ids were read.
  package init(reading reader: any TableReader, _ options: ClickLogOptions, _ notes: inout ReadingNotes)
    throws
  {
    let empty: EmptyFieldRule = options.dropsIncompleteRows ? .dropRow : .fail
    var requests = [
      ColumnRequest(options.user, as: options.userType.columnType, empty: empty),
      ColumnRequest(options.item, as: options.itemType.columnType, empty: empty),
    ]
    if let time = options.time {
      var request = ColumnRequest(time, as: .time, empty: empty)
      request.timeUnit = options.timeUnit
      requests.append(request)
    }
    let worth = requests.count
    requests += options.worth.requests(empty: empty)
    let kept = requests.count
    // A column is read once: one that is kept besides is made of what was read of it.
    let places = try requests[worth...].map { try reader.index(of: $0.selector) }
    let twin = try options.extras.map { places.firstIndex(of: try reader.index(of: $0)) }
    requests += zip(options.extras, twin).filter { $1 == nil }
      .map { ColumnRequest($0.0, as: .integerOrName, empty: .substitute) }
    requests += options.realExtras.map { ColumnRequest($0, as: .real, empty: .substitute) }
    let table = try reader.read(requests)
    guard table.rows > 0 else {
      throw DataError("every row has an empty user, item or time: no click is left", file: reader.name)
    }
    notes.userNamesSince = table.namesSince[0]
    notes.itemNamesSince = table.namesSince[1]
    let (users, userNames) = table.columns[0].keys
    let (items, itemNames) = table.columns[1].keys
    if options.userType == .integer { try Self.refuseNegative(users, "user", reader) }
    if options.itemType == .integer { try Self.refuseNegative(items, "item", reader) }
    let (times, unit) =
      options.time == nil
      ? (nil, nil) : try Self.times(table.columns[2], options.timeUnit, of: reader, &notes)
    var read = table.columns[kept...]
    let extras = try zip(options.extras + options.realExtras, twin + options.realExtras.map { _ in nil }).map
    {
      selector,
      twin in
      let values = twin.map { table.columns[worth + $0].asKept } ?? read.removeFirst()
      return LogColumn(name: reader.header[try reader.index(of: selector)], values: values)
    }
    self.init(
      users: users,
      items: items,
      times: times,
      timeUnit: unit ?? .seconds,
      extras: extras,
      userNames: userNames,
      itemNames: itemNames,
      droppedRows: table.droppedRows
    )
    idsAreNumbers = options.itemType == .integer
    try takeWorth(
      table.columns[worth..<kept],
      options.worth,
      itemType: options.itemType,
      of: reader,
      notes: &notes.worth
    )
  }

  /// Times and their unit: moments say it themselves, and are counted in that of the setting where it is finer; counts are
  /// told by the setting or by their size.
  private static func times(
    _ column: ColumnValues,
    _ unit: TimeUnit?,
    of reader: any TableReader,
    _ notes: inout ReadingNotes
  ) throws -> ([Int64]?, TimeUnit?) {
    if case .moments(let ticks, let own) = column {
      notes.hasEarlyMoments = own.isTooEarly(ticks, before: 315_532_800)
      guard let unit, unit > own else { return (ticks, own) }
      guard let finer = own.recounted(ticks, in: unit) else {
        throw DataError(
          "its times are too far from 1970 to be counted in \(unit.words); let columns.time_unit be auto",
          file: reader.name
        )
      }
      return (finer, unit)
    }
    let counts = column.keys.keys
    if let unit, let found = unit.otherUnit(in: counts) {
      let origin = reader.origin(ofRow: found.row)
      notes.mixedTimes = MixedTimes(
        file: origin.file,
        row: origin.row,
        time: counts[found.row],
        unit: found.unit,
        count: found.count
      )
    }
    guard unit == nil else { return (counts, unit) }
    let decided = try TimeUnit.decided(by: counts, of: reader)
    notes.hasEarlyTimes = decided.isTooEarly(counts)
    return (counts, decided)
  }

  /// Indexes of vectors take ids from 0.
  static func refuseNegative(_ keys: [Int64], _ what: String, _ reader: any TableReader) throws {
    guard let row = keys.firstIndex(where: { $0 < 0 }) else { return }
    let origin = reader.origin(ofRow: row)
    throw DataError(
      "row \(origin.row + 1): expected \(what) ids that are 0 or more, got \(keys[row]); set data.ids to string to read them as "
        + "text",
      file: origin.file
    )
  }
}

/// How the ids of a log were read, to be told.
package struct ReadingNotes: Sendable, Equatable {
  /// The first user id that is no integer, where ids could have been; nil where all are, or the setting says how they are.
  package var userNamesSince: String?
  /// Likewise for items, of the log or else of the item table.
  package var itemNamesSince: String?
  /// Examples of items that were clicked and that the item table lacks.
  package var missingItems: [String] = []
  /// What was made of events and ratings.
  package var worth = ClickWorthNotes()
  /// What stands in the header where names should, as a row of clicks would have it; nil where there are names.
  package var headerOfValues: String?
  /// Times that look as if they counted another unit than the one that was set; nil where none do.
  package var mixedTimes: MixedTimes?
  /// Whether times that count what their size tells all lie before 1990.
  package var hasEarlyTimes = false
  /// Whether times that say themselves what they count all lie before 1980.
  package var hasEarlyMoments = false
  /// How pretrained vectors with ids were matched with items; nil where there are none.
  package var vectors: VectorMatches?

  /// Nothing noted.
  package init() {}
}

/// Times that are moments of our days in another unit than the one that the setting says, where others are in that one.
package struct MixedTimes: Sendable, Equatable {
  /// The file in which the first stands.
  package var file: String
  /// Its row, from 0, among those that were read of the file.
  package var row: Int
  /// What stands there.
  package var time: Int64
  /// The unit in which it is a moment of our days.
  package var unit: TimeUnit
  /// How many there are.
  package var count: Int
}

extension ColumnValues {
  /// The values as Int64 keys: integers as they are, names by their place in the sorted names.
  var keys: (keys: [Int64], names: [String]?) {
    switch self {
    case .integers(let values): (values, nil)
    case .names(let codes, let names): (codes.map(Int64.init), names)
    case .moments(let values, _): (values, nil)
    // Ids are never asked for as these.
    case .reals, .lists, .vectors: ([], nil)
    }
  }
}
