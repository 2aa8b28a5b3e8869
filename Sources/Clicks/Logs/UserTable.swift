import Tables

/// What is known of users besides their clicks, each user once.
package struct UserTable: Sendable, Equatable, FeatureTable {
  package static let what = "user"
  package static let settings = (
    kept: "user_columns.categories", numbers: "user_columns.numbers", lists: "user_columns.multi"
  )

  /// The users, `[users]`; keys as in `ClickLog`.
  package var keys: [Int64]
  /// Columns of categories, one value a user ("" where the field is empty).
  package var kept: [LogColumn]
  /// Numeric columns (NaN where the field is empty).
  package var numbers: [LogColumn]
  /// Multi-valued columns.
  package var lists: [LogColumn]
  /// How many users of the log the table lacks.
  package var missingUsers = 0
  /// How many clicks are theirs.
  package var missingClicks = 0
  /// Rows left out because the user id was empty.
  package var droppedRows = 0

  /// Puts a table together; `keys` must be distinct.
  package init(
    keys: [Int64],
    kept: [LogColumn] = [],
    numbers: [LogColumn] = [],
    lists: [LogColumn] = []
  ) {
    precondition((kept + numbers + lists).allSatisfy { $0.values.count == keys.count })
    self.keys = keys
    self.kept = kept
    self.numbers = numbers
    self.lists = lists
  }
}

/// Which columns of a file make a user table.
package struct UserTableOptions: Sendable, Hashable {
  /// The column of user ids.
  package var user = ColumnSelector.name("user_id")
  /// Columns of categories.
  package var kept: [ColumnSelector] = []
  /// Columns of numbers.
  package var numbers: [ColumnSelector] = []
  /// Multi-valued columns.
  package var lists: [ColumnSelector] = []
  /// The character between the values of a multi-valued column in text; nil where a field is one value.
  package var separator: UInt8?
  /// How user ids are read; `auto` follows the log.
  package var userType = IdentifierType.auto
  /// Whether a row without a user id is an error (the default), or left out and counted.
  package var dropsIncompleteRows = false

  /// The column `user_id` alone.
  package init() {}
}

extension UserTable {
  /// Reads a user table and brings it and `log` to the same user keys: where ids are text, both get one list of names, so
  /// that the log's user keys change.
  /// - Throws: `DataError` as a reader's `read` does; where a user stands in the table twice; and where it has none of the
  ///   log's users.
  package init(reading reader: any TableReader, _ options: UserTableOptions, for log: inout ClickLog) throws {
    let empty: EmptyFieldRule = options.dropsIncompleteRows ? .dropRow : .fail
    var requests = [ColumnRequest(options.user, as: options.userType.columnType, empty: empty)]
    requests += options.kept.map { ColumnRequest($0, as: .name, empty: .substitute) }
    requests += try options.numbers.map { try .numbers($0, of: reader) }
    requests += ListReading.requests(options.lists, options.separator)
    let table = try reader.read(requests)
    guard table.rows > 0 else { throw DataError("every row has an empty user id", file: reader.name) }
    if options.userType == .integer {
      try ClickLog.refuseNegative(table.columns[0].keys.keys, "user", reader)
    }
    var own = table.columns[0].keys
    if own.names != nil || log.userNames != nil {
      let texts = own.names.map { (keys: own.keys, names: $0) } ?? own.keys.asNames
      let logged = log.userNames.map { (keys: log.users, names: $0) } ?? log.users.asNames
      let (names, ownPlaces, logPlaces) = mergeSorted(texts.names, logged.names)
      log.users = logged.keys.map { Int64(logPlaces[Int($0)]) }
      log.userNames = names
      own = (texts.keys.map { Int64(ownPlaces[Int($0)]) }, names)
    }
    try Self.refuseRepeated(own.keys, log.userNames, reader.name)
    let lists = ListReading(reader, table)
    func column(_ selector: ColumnSelector, _ values: ColumnValues) throws -> LogColumn {
      LogColumn(name: reader.header[try reader.index(of: selector)], values: values)
    }
    let plain = options.kept + options.numbers
    let columns = try zip(plain, table.columns.dropFirst()).map(column)
    self.init(
      keys: own.keys,
      kept: Array(columns.prefix(options.kept.count)),
      numbers: Array(columns.dropFirst(options.kept.count)),
      lists: try options.lists.enumerated().map { place, selector in
        try column(selector, lists.list(1 + plain.count + place, selector))
      }
    )
    droppedRows = table.droppedRows
    try countMissing(log, reader.name)
  }

  private static func refuseRepeated(_ keys: [Int64], _ names: [String]?, _ file: String) throws {
    var firstRow: [Int64: Int] = [:]
    for (row, key) in keys.enumerated() {
      guard let first = firstRow.updateValue(row, forKey: key) else { continue }
      throw DataError(
        "the user \(quotedBytes(ClickLog.id(key, names).utf8)) stands in it twice, in its rows \(first + 1) and \(row + 1), "
          + "the header not counted; a user has one row",
        file: file
      )
    }
  }

  private mutating func countMissing(_ log: ClickLog, _ file: String) throws {
    let known = Vocabulary(keysOf: keys)
    let strangers = log.users.filter { !known.contains($0) }
    missingClicks = strangers.count
    missingUsers = distinctKeys(strangers).count
    guard missingClicks == log.count, log.count > 0 else { return }
    throw DataError(
      "it has none of the users of the clicks: the log has \(quotedBytes(log.userID(log.users[0]).utf8)), the table "
        + "\(quotedBytes(ClickLog.id(keys[0], log.userNames).utf8)); is it the table of this log, and user_columns.user "
        + "the right column?",
      file: file
    )
  }
}
