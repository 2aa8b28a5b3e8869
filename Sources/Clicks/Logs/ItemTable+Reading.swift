import Tables

extension ItemTable {
  /// Reads an item table and brings it and `log` to the same item keys.
  ///
  /// Where ids are text, both get one list of names, so the log's item keys change; where only one of the two
  /// holds nothing but integers, its ids are taken as text too. Clicked items that the table lacks are counted
  /// and treated as `missing` says.
  /// - Throws: `DataError` as `DelimitedReader.read` does.
  package init(
    reading reader: any TableReader,
    _ options: ItemTableOptions,
    for log: inout ClickLog,
    missing: MissingItems = .unknown
  ) throws {
    var notes = ReadingNotes()
    try self.init(reading: reader, options, for: &log, missing: missing, &notes)
  }

  /// Reads an item table, and says how its ids were read and which it lacks.
  /// - Parameter rowVectors: pretrained vectors that stand in no column, one a row of the file in its order.
  package init(
    reading reader: any TableReader,
    _ options: ItemTableOptions,
    for log: inout ClickLog,
    missing: MissingItems,
    rowVectors: LogColumn? = nil,
    _ notes: inout ReadingNotes
  ) throws {
    let empty: EmptyFieldRule = options.dropsIncompleteRows ? .dropRow : .fail
    var requests = [ColumnRequest(options.item, as: options.itemType.columnType, empty: empty)]
    if let category = options.category {
      requests.append(ColumnRequest(category, as: .integerOrName, empty: .substitute))
    }
    requests += try options.numbers.map { try .numbers($0, of: reader) }
    requests += options.kept.map { ColumnRequest($0, as: .name, empty: .substitute) }
    if let title = options.title {
      var request = ColumnRequest(title, as: .name, empty: .substitute)
      request.allowsLatin1 = true
      requests.append(request)
    }
    let texts = options.kept + (options.title.map { [$0] } ?? [])
    let times = [options.availableFrom, options.availableUntil].compactMap { $0 }
    requests += try times.map { try Self.timeRequest($0, of: reader) }
    requests += ListReading.requests(options)
    let table = try reader.read(requests)
    guard table.rows > 0 else { throw DataError("every row has an empty item id", file: reader.name) }
    if options.itemType == .integer {
      try ClickLog.refuseNegative(table.columns[0].keys.keys, "item", reader)
    }
    notes.itemNamesSince = notes.itemNamesSince ?? table.namesSince[0]
    let (keys, names) = Self.unify(table.columns[0].keys, &log)
    let rows = Self.distinctRows(keys)
    let category = options.category == nil ? nil : table.columns[1].keys
    let firstNumber = options.category == nil ? 1 : 2
    let further = try zip(options.numbers + texts + times, table.columns[firstNumber...]).map {
      selector,
      values in
      LogColumn(name: reader.header[try reader.index(of: selector)], values: values.rows(rows.last))
    }
    let (lists, vectors) = try ListReading(reader, table).columns(
      options,
      rowVectors,
      from: firstNumber + options.numbers.count + texts.count + times.count
    )
    self.init(
      items: rows.first.map { keys[$0] },
      categories: category.map { category in rows.last.map { category.keys[$0] } }
        ?? [Int64](repeating: 0, count: rows.first.count),
      categoryNames: category?.names,
      numbers: Array(further.prefix(options.numbers.count)),
      kept: Array(further[options.numbers.count..<(options.numbers + options.kept).count]),
      lists: lists.map { $0.rows(rows.last) },
      vectors: vectors?.rows(rows.last),
      titles: options.title == nil ? nil : further[(options.numbers + options.kept).count],
      itemNames: names
    )
    var last = further.suffix(times.count)
    if options.availableFrom != nil { availableFrom = last.popFirst() }
    if options.availableUntil != nil { availableUntil = last.popFirst() }
    idsAreNumbers = options.itemType == .integer
    facts.repeatedRows = table.rows - rows.first.count
    facts.contradictedItems = Self.contradicted(keys, rows.first, Array(table.columns.dropFirst()))
    facts.droppedRows = table.droppedRows
    notes.missingItems = takeIn(log, missing, hasCategories: options.category != nil)
      .prefix(3).map { log.itemID($0) }
    if missing == .unknown && facts.clicksOnMissing == log.count { throw nothingMatches(log, reader.name) }
  }

  /// Asks for a column of times of which some may be missing: as numbers, which say so, where the first fields are some.
  private static func timeRequest(_ selector: ColumnSelector, of reader: any TableReader) throws
    -> ColumnRequest
  {
    let place = try reader.index(of: selector)
    let fields = try reader.firstRows(100).compactMap { place < $0.count ? $0[place] : nil }
    let isNumeric = fields.allSatisfy { $0.isEmpty || Double($0) != nil }
    return ColumnRequest(selector, as: isNumeric ? .real : .time, empty: .substitute)
  }

  /// A table of which nobody clicked anything is another log's, or its ids are written in another way.
  private func nothingMatches(_ log: ClickLog, _ file: String) -> DataError {
    let clicked = Set(distinctKeys(log.items).prefix(1000).compactMap { wholeNumber(log.itemID($0)) })
    let alike = items.prefix(1000).contains { key in
      wholeNumber(ClickLog.id(key, itemNames)).map(clicked.contains) ?? false
    }
    // Text compares by canonical equivalence here.
    let texts = Set(distinctKeys(log.items).prefix(10_000).map { log.itemID($0) })
    let looksAlike = items.prefix(10_000).contains { texts.contains(ClickLog.id($0, itemNames)) }
    let hint =
      looksAlike
      ? "; they look the same and are other bytes: bring both to one Unicode form"
      : alike
        ? "; as numbers they match: set data.ids to integer, or write both in one way"
        : "; is it the table of this log, and item_columns.item the right column?"
    return DataError(
      "none of the items clicked is in the item table: the log has \(quotedBytes(log.itemID(log.items[0]).utf8)), the table "
        + "\(quotedBytes(ClickLog.id(items[0], itemNames).utf8))\(hint)",
      file: file
    )
  }

  /// How many items have rows that differ from their first one in one of `columns`.
  private static func contradicted(_ keys: [Int64], _ first: [Int], _ columns: [ColumnValues]) -> Int {
    guard first.count < keys.count, !columns.isEmpty else { return 0 }
    let vocabulary = Vocabulary(keysOf: keys)
    var firstRow = [Int](repeating: 0, count: vocabulary.size)
    for row in first { firstRow[Int(vocabulary.code(of: keys[row]))] = row }
    var contradicted: Set<Int> = []
    for (row, key) in keys.enumerated() {
      let original = firstRow[Int(vocabulary.code(of: key))]
      if original != row, columns.contains(where: { !$0.isSame(row, original) }) {
        contradicted.insert(original)
      }
    }
    return contradicted.count
  }

  /// Counts the items of `log` that are missing, and adds them where `missing` says so.
  /// - Parameter hasCategories: whether categories were read, of which those that are added have none.
  /// - Returns: the missing ones, ascending.
  @discardableResult
  package mutating func takeIn(_ log: ClickLog, _ missing: MissingItems, hasCategories: Bool = false)
    -> [Int64]
  {
    let known = Vocabulary(keysOf: items)
    let unknown = log.items.filter { !known.contains($0) }
    facts.clicksOnMissing = unknown.count
    let added = distinctKeys(unknown)
    facts.clickedButMissing = added.count
    guard missing == .add, !added.isEmpty else { return added }
    items += added
    // Whole numbers become names, of which there can be none.
    if hasCategories, categoryNames == nil { (categories, categoryNames) = categories.asNames }
    categories += [Int64](repeating: categoryNames == nil ? 0 : -1, count: added.count)
    for place in numbers.indices {
      numbers[place].values.addMissingTimes(added.count)
    }
    for place in kept.indices { kept[place].values.addEmptyNames(added.count) }
    availableFrom?.values.addMissingTimes(added.count)
    availableUntil?.values.addMissingTimes(added.count)
    for place in lists.indices { lists[place].values.addEmptyNames(added.count) }
    vectors?.values.addEmptyNames(added.count)
    titles?.values.addEmptyNames(added.count)
    return added
  }

  /// The rows where each distinct key stands first, in file order, and for each the row where it stands last.
  private static func distinctRows(_ keys: [Int64]) -> (first: [Int], last: [Int]) {
    let vocabulary = Vocabulary(keysOf: keys)
    var placeOfCode = [Int32](repeating: -1, count: vocabulary.size)
    var first: [Int] = []
    var last: [Int] = []
    for (row, key) in keys.enumerated() {
      let code = Int(vocabulary.code(of: key))
      if placeOfCode[code] < 0 {
        placeOfCode[code] = Int32(first.count)
        first.append(row)
        last.append(row)
      } else {
        last[Int(placeOfCode[code])] = row
      }
    }
    return (first, last)
  }

  /// The table's item keys over names shared with the log, whose own keys are rewritten; integers stay.
  private static func unify(
    _ table: (keys: [Int64], names: [String]?),
    _ log: inout ClickLog
  ) -> (keys: [Int64], names: [String]?) {
    if table.names == nil, log.itemNames == nil { return table }
    let own = table.names.map { (keys: table.keys, names: $0) } ?? table.keys.asNames
    let logged = log.itemNames.map { (keys: log.items, names: $0) } ?? log.items.asNames
    let (names, ownPlaces, logPlaces) = mergeSorted(own.names, logged.names)
    log.items = logged.keys.map { Int64(logPlaces[Int($0)]) }
    log.itemNames = names
    return (own.keys.map { Int64(ownPlaces[Int($0)]) }, names)
  }
}

extension ColumnValues {
  /// Whether two rows have the same value; missing numbers are the same.
  fileprivate func isSame(_ a: Int, _ b: Int) -> Bool {
    switch self {
    case .integers(let values): values[a] == values[b]
    case .reals(let values): values[a] == values[b] || (values[a].isNaN && values[b].isNaN)
    case .names(let codes, _): codes[a] == codes[b]
    case .moments(let values, _): values[a] == values[b]
    case .lists(let offsets, let codes, _):
      codes[offsets[a]..<offsets[a + 1]] == codes[offsets[b]..<offsets[b + 1]]
    case .vectors(let values, let width):
      values[a * width..<(a + 1) * width] == values[b * width..<(b + 1) * width]
    }
  }

  /// Adds `count` rows to a column of numbers or times as ``ItemTimes`` knows missing ones.
  fileprivate mutating func addMissingTimes(_ count: Int) {
    switch self {
    case .reals(let values): self = .reals(values + [Double](repeating: .nan, count: count))
    case .moments(let values, let unit):
      self = .moments(values + [Int64](repeating: Self.noTime, count: count), unit)
    case .integers(let values):
      let numbers = values.map { $0 == Self.noTime ? .nan : Double($0) }
      self = .reals(numbers + [Double](repeating: .nan, count: count))
    case .names, .lists, .vectors: break
    }
  }

  /// Adds `count` rows of the empty name to a column of names, of the empty list to one of lists, of nothing but NaN to one
  /// of vectors.
  fileprivate mutating func addEmptyNames(_ count: Int) {
    if case .lists(let offsets, let codes, let names) = self {
      let more = [Int](repeating: codes.count, count: count)
      self = .lists(offsets: offsets + more, codes: codes, names: names)
    }
    if case .vectors(let values, let width) = self {
      self = .vectors(values + [Float](repeating: .nan, count: count * width), width: width)
    }
    guard case .names(var codes, var names) = self else { return }
    // It comes before all others.
    if names.first != "" {
      names.insert("", at: 0)
      codes = codes.map { $0 + 1 }
    }
    self = .names(codes: codes + [Int32](repeating: 0, count: count), names: names)
  }
}
