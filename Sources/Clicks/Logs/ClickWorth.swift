import Tables

/// Which columns of a click log say what a click is worth, and what was shown beside it.
package struct ClickWorthOptions: Sendable, Hashable {
  /// What clicks of one event count.
  package struct EventWeight: Sendable, Hashable {
    /// The event as the file names it.
    package var event: String
    /// What its clicks count, above 0 and finite.
    package var weight: Double

    /// Makes a weight.
    package init(event: String, weight: Double) {
      self.event = event
      self.weight = weight
    }
  }

  /// The column of events, such as `view` and `buy`.
  package var event: ColumnSelector?
  /// What events count; rows of any other are left out. Nil where all rows count 1.
  package var eventWeights: [EventWeight]?
  /// The column of ratings.
  package var rating: ColumnSelector?
  /// The lowest rating of a row that is kept; nil where all are.
  package var lowestRating: Double?
  /// The column of weights, each 0 or more.
  package var weight: ColumnSelector?
  /// The column of the items that were shown with the clicked one.
  package var impressions: ColumnSelector?
  /// What stands between those items where the column is text; nil for one item a row.
  package var impressionSeparator: UInt8? = UInt8(ascii: " ")

  /// No such columns.
  package init() {}

  /// Which of `count` rows are clicks by their events and ratings, and what each counts by its event.
  /// - Parameter columns: what was read for events and ratings, where there are such columns; they are taken off.
  package func clicks(_ columns: inout ArraySlice<ColumnValues>, of count: Int, notes: inout ClickWorthNotes)
    -> (
      isKept: [Bool], factors: [Double]
    )
  {
    var factors = [Double](repeating: 1, count: count)
    var isKept = [Bool](repeating: true, count: count)
    if event != nil, case .names(let codes, let names)? = columns.popFirst() {
      notes.takeEvents(codes, names, eventWeights)
      for (row, code) in codes.enumerated() {
        if let weight = notes.events[Int(code)].weight { factors[row] = weight } else { isKept[row] = false }
      }
    }
    if rating != nil, case .reals(let ratings)? = columns.popFirst(), let lowest = lowestRating {
      // What is not a number is not at least anything.
      for row in ratings.indices where isKept[row] && !(ratings[row] >= lowest) {
        isKept[row] = false
        notes.lowRatings += 1
      }
    }
    return (isKept, factors)
  }

  /// The columns to read, in the order in which ``ClickLog/takeWorth(_:_:itemType:of:notes:)`` takes them.
  func requests(empty: EmptyFieldRule) -> [ColumnRequest] {
    [
      event.map { ColumnRequest($0, as: .name, empty: .substitute) },
      // A row without a rating is no click, which is no mistake.
      rating.map { ColumnRequest($0, as: .real, empty: .substitute) },
      weight.map { ColumnRequest($0, as: .real, empty: empty) },
      impressions.map { ColumnRequest($0, as: .names(separator: impressionSeparator), empty: .substitute) },
    ].compactMap { $0 }
  }
}

/// What was made of the events and ratings of a log, to be told.
package struct ClickWorthNotes: Sendable, Equatable {
  /// How many rows of the file an event has.
  package struct Event: Sendable, Equatable {
    /// The event as the file names it.
    package var name: String
    /// Its rows.
    package var rows: Int
    /// What each counts; nil where they are left out.
    package var weight: Double?
  }

  /// The events of the file, sorted by their bytes; empty where there is no such column.
  package var events: [Event] = []
  /// Events that have a weight and no row.
  package var missingEvents: [String] = []
  /// How many rows were left out for their rating, of those whose event counts.
  package var lowRatings = 0
  /// How many rows count 0.
  package var weightlessRows = 0

  /// How many rows were left out for their event.
  package var leftOutByEvent: Int { events.reduce(0) { $0 + ($1.weight == nil ? $1.rows : 0) } }

  /// Nothing noted.
  package init() {}
}

extension ClickLog {
  /// Takes what rows are worth from their columns, and leaves out the rows that do not count.
  ///
  /// A row counts what its event does times its weight. Rows go whose event has no weight and those rated too low.
  /// - Parameters:
  ///   - columns: what was read for ``ClickWorthOptions/requests(empty:)``.
  ///   - itemType: how items are read, which is how those shown are.
  ///   - reader: what they were read by.
  /// - Throws: `DataError` where a weight is no number of 0 or more, where a product is out of range, and where no row
  ///   is left.
  mutating func takeWorth(
    _ columns: ArraySlice<ColumnValues>,
    _ options: ClickWorthOptions,
    itemType: IdentifierType,
    of reader: any TableReader,
    notes: inout ClickWorthNotes
  ) throws {
    guard !columns.isEmpty else { return }
    var rest = columns
    if options.event != nil { events = rest.first }
    var (isKept, factors) = options.clicks(&rest, of: count, notes: &notes)
    if options.weight != nil, case .reals(let values)? = rest.popFirst() {
      try Self.check(values, droppedRows, reader)
      for row in factors.indices { factors[row] *= values[row] }
    }
    if options.impressions != nil, let values = rest.popFirst() {
      impressions = itemType == .integer ? values.asWholeNumbers : values
    }
    weights = try Self.weights(factors, reader)
    if isKept.contains(false) { try keep(isKept.indices.filter { isKept[$0] }, reader.name, notes) }
    if weights?.allSatisfy({ $0 == 1 }) == true { weights = nil }
    notes.weightlessRows = weights?.count { $0 == 0 } ?? 0
  }

  private static func check(_ weights: [Double], _ droppedRows: Int, _ reader: any TableReader) throws {
    guard let row = weights.firstIndex(where: { !($0 >= 0) || $0.isInfinite }) else { return }
    let counted = droppedRows > 0 ? " (of those that are kept)" : ""
    let origin = reader.origin(ofRow: row)
    throw DataError(
      "row \(origin.row + 1)\(counted): expected a weight of 0 or more, got \(weights[row]); columns.weight in 'config' names "
        + "the column",
      file: origin.file
    )
  }

  /// The factors as Float.
  private static func weights(_ factors: [Double], _ reader: any TableReader) throws -> [Float] {
    let weights = factors.map { Float($0) }
    for row in weights.indices where !weights[row].isFinite || (weights[row] == 0) != (factors[row] == 0) {
      let origin = reader.origin(ofRow: row)
      throw DataError(
        "row \(origin.row + 1): a click cannot count \(factors[row]), which is out of the range of 1e-45 to 3.4e38",
        file: origin.file
      )
    }
    return weights
  }

  private mutating func keep(
    _ rows: [Int],
    _ file: String,
    _ notes: ClickWorthNotes
  ) throws {
    guard !rows.isEmpty else {
      let found = notes.events.prefix(10).map { "'\($0.name)'" }.joined(separator: ", ")
      let events = found.isEmpty ? "" : "; the events of the file are \(found)"
      throw DataError(
        "no click is left: the events that count and the lowest rating leave none of \(count)\(events)",
        file: file
      )
    }
    self = self.rows(rows)
  }

  /// The log with chosen rows alone, in their order.
  package func rows(_ rows: [Int]) -> ClickLog {
    var log = self
    log.users = rows.map { users[$0] }
    log.items = rows.map { items[$0] }
    log.times = times.map { times in rows.map { times[$0] } }
    log.extras = extras.map { $0.rows(rows) }
    log.weights = weights.map { weights in rows.map { weights[$0] } }
    log.events = events?.rows(rows)
    log.impressions = impressions?.rows(rows)
    return log
  }
}

extension ClickWorthNotes {
  fileprivate mutating func takeEvents(
    _ codes: [Int32],
    _ names: [String],
    _ weights: [ClickWorthOptions.EventWeight]?
  ) {
    let sorted = SortedNames(names)
    var weightOf = [Double?](repeating: weights == nil ? 1 : nil, count: names.count)
    for weight in weights ?? [] {
      if let place = sorted.place(of: weight.event) {
        weightOf[place] = weight.weight
      } else {
        missingEvents.append(weight.event)
      }
    }
    var counts = [Int](repeating: 0, count: names.count)
    for code in codes { counts[Int(code)] += 1 }
    events = names.indices.map { Event(name: names[$0], rows: counts[$0], weight: weightOf[$0]) }
  }
}

extension ColumnValues {
  /// The values as a kept column has them: integers where all are.
  var asKept: ColumnValues {
    switch self {
    case .reals(let values):
      let whole = values.compactMap { Int64(exactly: $0) }
      return whole.count == values.count ? .integers(whole) : self
    case .names(let codes, let names):
      let whole = names.compactMap { name in
        Int64(name).flatMap { String($0).utf8.elementsEqual(name.utf8) ? $0 : nil }
      }
      return whole.count == names.count ? .integers(codes.map { whole[Int($0)] }) : self
    default: return self
    }
  }

  /// Lists of names with `007` and `7.0` written as `7`; what is no whole number stays, and names no item.
  fileprivate var asWholeNumbers: ColumnValues {
    guard case .lists(let offsets, let codes, let names) = self else { return self }
    let written = names.map { name in wholeNumber(name).map(String.init) ?? name }
    let sorted = Set(written).sorted(by: isBytewiseBefore)
    let places = SortedNames(sorted)
    let codeOf = written.map { Int32(truncatingIfNeeded: places.place(of: $0) ?? 0) }
    return .lists(offsets: offsets, codes: codes.map { codeOf[Int($0)] }, names: sorted)
  }
}
