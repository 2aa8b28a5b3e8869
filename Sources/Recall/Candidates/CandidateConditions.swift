import Clicks
import Tables

/// By what a model narrows its candidates, and what the items of its catalogue have of it, so that items which come later or are
/// described anew are judged as those were.
package struct CandidateConditions: Sendable {
  /// What lists of ids say of items.
  package struct Lists: Sendable {
    /// Whether they leave each item in, `[items]`.
    package var isListed: [Bool]
    /// The ids that a list allows, of those that the catalogue lacks; nil where no list says what alone is allowed.
    package var allowed: [String]?
    /// The ids that a list blocks, of those that the catalogue lacks.
    package var blocked: [String]

    /// Puts both together.
    package init(isListed: [Bool], allowed: [String]?, blocked: [String]) {
      (self.isListed, self.allowed, self.blocked) = (isListed, allowed, blocked)
    }
  }

  /// An item that is judged.
  struct Item {
    /// Its id.
    var id: String
    /// Its place in the catalogue; nil for one that is new.
    var place: Int?
    /// What is said of it, in the place of what the catalogue has.
    var values: [String: FeatureValue] = [:]
    /// From when on it may be given, in the place of what its column says; until when likewise.
    var availableFrom: Int64?
    var availableUntil: Int64?
  }

  /// Conditions, all of which must hold, as a recipe writes them.
  package let conditions: [String]
  /// What the item table called the category, where conditions may call it so too.
  package let categoryName: String?
  /// The columns of the times from which on and until which items may be given; nil where there are none.
  package let availableFrom: String?
  package let availableUntil: String?
  /// The values of the columns that these name, `[items]` each, in the order of the catalogue.
  package let columns: [LogColumn]
  /// What lists of ids say; nil where there are none.
  package let lists: Lists?

  private let parsed: [ItemCondition]
  /// Of each column a number of the unit in which most of its numbers are moments; not a number where none is one.
  private let witnesses: [Double]

  /// Puts them together.
  /// - Throws: `ItemCondition.Problem` where a text is no condition.
  package init(
    conditions: [String],
    categoryName: String?,
    availableFrom: String?,
    availableUntil: String?,
    columns: [LogColumn],
    lists: Lists?
  ) throws {
    self.conditions = conditions
    self.categoryName = categoryName
    (self.availableFrom, self.availableUntil) = (availableFrom, availableUntil)
    self.columns = columns
    self.lists = lists
    parsed = try conditions.map { try ItemCondition($0) }
    witnesses = columns.map { Self.witness($0.values) }
  }

  /// The columns that `conditions` and the two times name, each once; ids of items are no column.
  package static func columnNames(_ conditions: [ItemCondition], _ times: [String?]) -> [String] {
    let names = conditions.flatMap(\.columns).map(\.name) + times.compactMap { $0 }
    return names.enumerated().filter { place, name in
      name != ItemTableColumns.item && !names[..<place].contains(name)
    }.map(\.element)
  }

  /// What may be said of an item for it to be judged by.
  var names: [String] {
    let all = columns.flatMap { aliases($0.name) }
    return all.enumerated().filter { place, name in !all[..<place].contains(name) }.map(\.element)
  }

  /// The columns of which `said`, the names that somebody speaks of, has nothing.
  func unsaid(_ said: [String]) -> [String] {
    columns.map(\.name).filter { name in !aliases(name).contains { said.contains($0) } }
  }

  /// The columns of which nothing is said of `item`: times that it says itself stand for their columns, but in conditions.
  func unsaid(of item: Item) -> [String] {
    var times: [String] = []
    if item.availableFrom != nil, let availableFrom { times.append(availableFrom) }
    if item.availableUntil != nil, let availableUntil { times.append(availableUntil) }
    let compared = Set(parsed.flatMap(\.columns).map(\.name))
    return columns.map(\.name).filter { name in
      let isTold = times.contains(name) && !compared.contains(name)
      return !isTold && !aliases(name).contains { item.values[$0] != nil }
    }
  }

  private func isCategory(_ name: String) -> Bool {
    name == ItemTableColumns.category || name == categoryName
  }

  /// What a column may be called.
  private func aliases(_ name: String) -> [String] {
    guard isCategory(name) else { return [name] }
    return [name] + [ItemTableColumns.category, categoryName].compactMap { $0 }.filter { $0 != name }
  }

  /// Why an item cannot be judged for a model that holds its candidates and not by what it narrows them.
  static let missing =
    "the model narrows its candidates ('candidates' of its index, or times of availability) and does not hold by what, as an older "
    + "version of this program saved it: whether this may be given cannot be told; run its recipe again, and save it anew"
}

// MARK: - Judging

extension CandidateConditions {
  /// The same for other items: what the catalogue has of them, with what is said in its place.
  /// - Throws: `RequestFailure`, whose place is the column, where a value is none of its kind.
  func rows(_ items: [Item]) throws -> CandidateConditions {
    let places = items.map(\.place)
    let columns = try zip(columns, witnesses).map { column, witness in
      let names = aliases(column.name)
      let said = items.map { item in names.lazy.compactMap { item.values[$0] }.first }
      let values = try column.values.items(
        places,
        said,
        column.name,
        isCategory: isCategory(column.name),
        isTime: column.name == availableFrom || column.name == availableUntil,
        unit: Int64(exactly: witness.rounded(.down)).flatMap(TimeUnit.init(ofMoment:))
      )
      return LogColumn(name: column.name, values: values)
    }
    var lists = lists
    if let known = lists {
      let (allowed, blocked) = (
        known.allowed.map { Set($0.map(IDText.init)) }, Set(known.blocked.map(IDText.init))
      )
      lists?.isListed = items.map { item in
        if let place = item.place { return known.isListed[place] }
        return allowed?.contains(IDText(item.id)) != false && !blocked.contains(IDText(item.id))
      }
    }
    return try CandidateConditions(
      conditions: conditions,
      categoryName: categoryName,
      availableFrom: availableFrom,
      availableUntil: availableUntil,
      columns: columns,
      lists: lists
    )
  }

  /// When each of `items` may be given.
  /// - Parameters:
  ///   - unit: what the times of requests count.
  ///   - hasNames: whether ids are texts, and not whole numbers.
  /// - Throws: `RequestFailure`, whose place is a column, where a value is none of its kind.
  func moments(of items: [Item], unit: TimeUnit, hasNames: Bool) throws -> [MomentSet] {
    let own = try rows(items)
    // What numbers count is told by most of a column. So many more rows say it as the whole catalogue does.
    let further = items.count + 1
    let padded = zip(own.columns, witnesses).map { column, witness in
      LogColumn(name: column.name, values: column.values.padded(further, witness))
    }
    let table = table(items.map(\.id) + [String](repeating: "", count: further), padded, hasNames: hasNames)
    var moments = [MomentSet](repeating: .always, count: items.count)
    func narrow(_ others: [MomentSet]) { moments = zip(moments, others).map { $0.intersection($1) } }
    do {
      for condition in parsed {
        narrow(try condition.moments(in: table, unit: unit, categoryName: categoryName))
      }
    } catch let problem as ItemCondition.Problem {
      throw RequestFailure("", "the model's candidates cannot be told of this item: \(problem)")
    }
    func times(_ name: String?) throws -> ItemTimes? {
      try padded.first { $0.name == name }.map { try ItemTimes($0, in: unit) }
    }
    let begins = ItemTimes.availability(from: try times(availableFrom), until: nil, count: items.count)
    let ends = ItemTimes.availability(from: nil, until: try times(availableUntil), count: items.count)
    narrow(zip(items, begins).map { item, begin in item.availableFrom.map(MomentSet.from) ?? begin })
    narrow(zip(items, ends).map { item, end in item.availableUntil.map(MomentSet.before) ?? end })
    if let lists = own.lists { narrow(lists.isListed.map { $0 ? .always : .never }) }
    return moments
  }

  /// A table of items that conditions are evaluated on. Among whole numbers an id that is none has a key that nobody
  /// writes: it is not the item 0, nor is "0101" the item 101.
  private func table(_ ids: [String], _ columns: [LogColumn], hasNames: Bool) -> ItemTable {
    var keys = ids.map { NewItems.integer($0) ?? .min }
    var names: [String]?
    if hasNames, case .names(let codes, let texts) = ColumnValues(texts: ids) {
      keys = codes.map(Int64.init)
      names = texts
    }
    return ItemTable(
      items: keys,
      categories: [Int64](repeating: 0, count: ids.count),
      numbers: columns,
      itemNames: names
    )
  }

  /// A number of the unit in which most of a column's numbers are moments of our days; not a number where none is one.
  private static func witness(_ values: ColumnValues) -> Double {
    guard case .reals(let numbers) = values else { return .nan }
    var votes: [TimeUnit: (count: Int, number: Double)] = [:]
    for number in numbers {
      let whole = Int64(exactly: number.rounded(.down))
      if let unit = whole.flatMap(TimeUnit.init(ofMoment:)) { votes[unit, default: (0, number)].count += 1 }
    }
    let most = votes.values.map(\.count).max() ?? 0
    return TimeUnit.allCases.compactMap { votes[$0] }.first { $0.count == most }?.number ?? .nan
  }
}

extension ColumnValues {
  /// A column of texts.
  fileprivate init(texts: [String]) {
    var (codes, names) = ([Int32](repeating: 0, count: texts.count), [String]())
    for row in texts.indices.sorted(by: { isBytewiseBefore(texts[$0], texts[$1]) }) {
      if names.last.map({ !$0.utf8.elementsEqual(texts[row].utf8) }) ?? true { names.append(texts[row]) }
      codes[row] = Int32(names.count - 1)
    }
    self = .names(codes: codes, names: names)
  }

  /// The values of items: what is `said` of them, else what stands at their `places`, else none.
  /// - Parameters:
  ///   - isTime: whether numbers are times, and count what makes them moments of our days.
  ///   - unit: what numbers count where they are moments; nil where they are none.
  /// - Throws: `RequestFailure` where a value is none of its kind.
  fileprivate func items(
    _ places: [Int?],
    _ said: [FeatureValue?],
    _ name: String,
    isCategory: Bool,
    isTime: Bool,
    unit: TimeUnit?
  ) throws -> ColumnValues {
    func values<Value>(_ own: [Value], none: Value, _ value: (FeatureValue) throws -> Value) throws -> [Value]
    {
      try zip(places, said).map { place, said in
        try said.map(value) ?? place.map { own[$0] } ?? none
      }
    }
    switch self {
    case .integers(let own) where isCategory:
      let keys = try values(own.map(Int64?.some), none: nil) { NewItems.integer(try $0.text(of: name)) }
      let known = keys.compactMap(\.self)
      // Where one is missing they are names, as in a table.
      return known.count == keys.count
        ? .integers(known) : ColumnValues(texts: keys.map { $0.map { String($0) } ?? "" })
    case .integers(let own):
      let reals = ColumnValues.reals(own.map { $0 == Self.noTime ? .nan : Double($0) })
      return try reals.items(places, said, name, isCategory: false, isTime: isTime, unit: unit)
    case .reals(let own):
      return .reals(
        try values(own, none: .nan) {
          let number = try $0.number(of: name, date: { Double($0.ticks(around: unit ?? .seconds).floor) })
          return isTime ? Self.recounted(number, in: unit) : number
        }
      )
    case .moments(let own, let unit):
      return .moments(try values(own, none: Self.noTime) { try $0.conditionTicks(name, unit) }, unit)
    case .names(let codes, let names):
      let own = codes.map { $0 < 0 ? "" : names[Int($0)] }
      return ColumnValues(texts: try values(own, none: "") { try $0.text(of: name) })
    case .lists, .vectors: throw RequestFailure(name, "candidates are narrowed by single values alone")
    }
  }

  /// A time of an item in `unit`, that of most others, where it is a moment of our days in another one.
  private static func recounted(_ time: Double, in unit: TimeUnit?) -> Double {
    guard let unit, let own = Int64(exactly: time.rounded(.down)).flatMap(TimeUnit.init(ofMoment:)),
      own != unit
    else { return time }
    return time / Double(own.ticksPerSecond) * Double(unit.ticksPerSecond)
  }

  /// The column with `count` further rows: of numbers a `witness` of what they count, of all else nothing.
  fileprivate func padded(_ count: Int, _ witness: Double) -> ColumnValues {
    switch self {
    case .integers(let values): .integers(values + [Int64](repeating: 0, count: count))
    case .reals(let values): .reals(values + [Double](repeating: witness, count: count))
    case .moments(let values, let unit):
      .moments(values + [Int64](repeating: Self.noTime, count: count), unit)
    case .names(let codes, let names):
      .names(codes: codes + [Int32](repeating: -1, count: count), names: names)
    case .lists, .vectors: self
    }
  }
}

extension FeatureValue {
  /// A value of a column of dates as a count of `unit`, a number in the unit in which it is a moment of our days.
  fileprivate func conditionTicks(_ name: String, _ unit: TimeUnit) throws -> Int64 {
    if case .text(let text) = self, let moment = Moment(text) { return moment.ticks(around: unit).floor }
    let number = try number(of: name, date: { Double($0.ticks(around: unit).floor) })
    guard !number.isNaN else { return ColumnValues.noTime }
    let own = Int64(exactly: number.rounded(.down)).flatMap(TimeUnit.init(ofMoment:)) ?? .seconds
    let ticks = (number / Double(own.ticksPerSecond) * Double(unit.ticksPerSecond)).rounded(.down)
    guard let ticks = Int64(exactly: ticks) else {
      throw RequestFailure(name, "a time of \(number) is beyond what can be counted")
    }
    return ticks
  }
}
