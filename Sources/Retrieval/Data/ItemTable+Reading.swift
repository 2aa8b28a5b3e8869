extension ItemTable {
  /// Reads an item table and brings it and `log` to the same item keys.
  ///
  /// Where ids are text, both get one list of names, so the log's item keys change; where only one of the two
  /// holds nothing but integers, its ids are taken as text too. Clicked items that the table lacks are counted
  /// and treated as `missing` says.
  /// - Throws: `DataError` as `DelimitedReader.read` does.
  package init(
    reading reader: DelimitedReader,
    _ options: ItemTableOptions,
    for log: inout ClickLog,
    missing: MissingItems = .unknown
  ) throws {
    let empty: EmptyFieldRule = options.dropsIncompleteRows ? .dropRow : .fail
    // An integer column read as text would give "7" and "07" different ids; the log decides.
    let type: IdentifierType = options.itemType == .auto && log.itemNames != nil ? .string : options.itemType
    var requests = [ColumnRequest(options.item, as: type.columnType, empty: empty)]
    if let category = options.category {
      requests.append(ColumnRequest(category, as: .integerOrName, empty: .substitute))
    }
    requests += options.numbers.map { ColumnRequest($0, as: .real, empty: .substitute) }
    requests += options.kept.map { ColumnRequest($0, as: .name, empty: .substitute) }
    let table = try reader.read(requests)
    guard table.rows > 0 else { throw DataError("every row has an empty item id", file: reader.name) }
    let (keys, names) = Self.unify(table.columns[0].keys, &log)
    let rows = Self.distinctRows(keys)
    let category = options.category == nil ? nil : table.columns[1].keys
    let firstNumber = options.category == nil ? 1 : 2
    let further = try zip(options.numbers + options.kept, table.columns[firstNumber...]).map {
      selector,
      values in
      LogColumn(name: reader.header[try reader.index(of: selector)], values: values.rows(rows.last))
    }
    self.init(
      items: rows.first.map { keys[$0] },
      categories: category.map { category in rows.last.map { category.keys[$0] } }
        ?? [Int64](repeating: 0, count: rows.first.count),
      categoryNames: category?.names,
      numbers: Array(further.prefix(options.numbers.count)),
      kept: Array(further.dropFirst(options.numbers.count)),
      itemNames: names
    )
    facts.repeatedRows = table.rows - rows.first.count
    facts.droppedRows = table.droppedRows
    takeIn(log, missing)
  }

  /// Counts the items of `log` that are missing, and adds them where `missing` says so.
  package mutating func takeIn(_ log: ClickLog, _ missing: MissingItems) {
    let known = Vocabulary(keysOf: items)
    let unknown = log.items.filter { !known.contains($0) }
    facts.clicksOnMissing = unknown.count
    let added = distinctKeys(unknown)
    facts.clickedButMissing = added.count
    guard missing == .add, !added.isEmpty else { return }
    items += added
    categories += [Int64](repeating: categoryNames == nil ? 0 : -1, count: added.count)
    for place in numbers.indices {
      guard case .reals(let values) = numbers[place].values else { continue }
      numbers[place].values = .reals(values + [Double](repeating: .nan, count: added.count))
    }
    for place in kept.indices { kept[place].values.addEmptyNames(added.count) }
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
    let own = named(table)
    let logged = named((log.items, log.itemNames))
    let (names, ownPlaces, logPlaces) = mergeSorted(own.names, logged.names)
    log.items = logged.keys.map { logPlaces[Int($0)] }
    log.itemNames = names
    return (own.keys.map { ownPlaces[Int($0)] }, names)
  }

  /// Keys over sorted names; integers become their decimal digits.
  private static func named(_ column: (keys: [Int64], names: [String]?)) -> (keys: [Int64], names: [String]) {
    if let names = column.names { return (column.keys, names) }
    let vocabulary = Vocabulary(keysOf: column.keys)
    let texts = vocabulary.keys.map(String.init)
    let order = texts.indices.sorted { isBytewiseBefore(texts[$0], texts[$1]) }
    var place = [Int64](repeating: 0, count: texts.count)
    for (new, old) in order.enumerated() { place[old] = Int64(new) }
    return (column.keys.map { place[Int(vocabulary.code(of: $0)) - 1] }, order.map { texts[$0] })
  }
}

extension ColumnValues {
  /// The values of chosen rows.
  fileprivate func rows(_ rows: [Int]) -> ColumnValues {
    switch self {
    case .integers(let values): .integers(rows.map { values[$0] })
    case .reals(let values): .reals(rows.map { values[$0] })
    case .names(let codes, let names): .names(codes: rows.map { codes[$0] }, names: names)
    }
  }

  /// Adds `count` rows of the empty name to a column of names.
  fileprivate mutating func addEmptyNames(_ count: Int) {
    guard case .names(var codes, var names) = self else { return }
    // It comes before all others.
    if names.first != "" {
      names.insert("", at: 0)
      codes = codes.map { $0 + 1 }
    }
    self = .names(codes: codes + [Int32](repeating: 0, count: count), names: names)
  }
}

/// Whether `a` comes before `b` by their UTF-8 bytes.
func isBytewiseBefore(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}

/// The union of two sorted lists of names, and where the names of each are in it.
func mergeSorted(_ a: [String], _ b: [String]) -> (names: [String], placesOfA: [Int64], placesOfB: [Int64]) {
  var names: [String] = []
  names.reserveCapacity(max(a.count, b.count))
  var placesOfA: [Int64] = []
  var placesOfB: [Int64] = []
  var (i, j) = (0, 0)
  while i < a.count || j < b.count {
    let isFromA = j >= b.count || (i < a.count && !isBytewiseBefore(b[j], a[i]))
    let isFromB = i >= a.count || (j < b.count && !isBytewiseBefore(a[i], b[j]))
    names.append(isFromA ? a[i] : b[j])
    if isFromA {
      placesOfA.append(Int64(names.count - 1))
      i += 1
    }
    if isFromB {
      placesOfB.append(Int64(names.count - 1))
      j += 1
    }
  }
  return (names, placesOfA, placesOfB)
}
