import Tables

extension ItemCondition {
  /// When it holds of each item of `table`, `[items]`.
  /// - Parameters:
  ///   - unit: what the times of requests count.
  ///   - categoryName: what the file calls the category, if a condition may call it so too.
  /// - Throws: `Problem` where a column is not there or its values cannot be compared so; `DataError` for a time that is none.
  package func moments(in table: ItemTable, unit: TimeUnit, categoryName: String? = nil) throws -> [MomentSet]
  {
    let evaluation = ConditionEvaluation(table: table, unit: unit, categoryName: categoryName)
    switch try evaluation.result(of: self) {
    case .fixed(let holds): return holds.map { $0 ? .always : .never }
    case .timed(let moments): return moments
    }
  }
}

/// Evaluates conditions over all items of a table at once.
struct ConditionEvaluation {
  let table: ItemTable
  let unit: TimeUnit
  let categoryName: String?

  typealias Column = ItemCondition.Column
  typealias Literal = ItemCondition.Literal

  /// Whether a condition holds of each item: whatever the request's time, or at some times.
  enum Result {
    case fixed([Bool])
    case timed([MomentSet])

    var moments: [MomentSet] {
      switch self {
      case .fixed(let holds): holds.map { $0 ? .always : .never }
      case .timed(let moments): moments
      }
    }

    /// When it does not hold.
    var opposite: Result {
      switch self {
      case .fixed(let holds): .fixed(holds.map { !$0 })
      case .timed(let moments): .timed(moments.map(\.complement))
      }
    }
  }

  func result(of condition: ItemCondition) throws -> Result {
    switch condition {
    case .all(let parts):
      return try merged(parts, { $0 && $1 }, { $0.intersection($1) })
    case .any(let parts):
      return try merged(parts, { $0 || $1 }, { $0.union($1) })
    case .not(let part): return try result(of: part).opposite
    case .differs(let part):
      let missing = try part.columns.map { isMissing(try values($0)) }
      let isKnown = (0..<table.count).map { item in !missing.contains { $0[item] } }
      switch try result(of: part).opposite {
      case .fixed(let holds): return .fixed(zip(holds, isKnown).map { $0 && $1 })
      case .timed(let moments): return .timed(zip(moments, isKnown).map { $1 ? $0 : .never })
      }
    case .isMissing(let column): return .fixed(isMissing(try values(column)))
    case .isOneOf(let column, let values): return .fixed(try isOneOf(column, values))
    case .compare(let column, let comparison, .literal(let value)):
      return .fixed(try compare(column, comparison, value))
    case .compare(let column, let comparison, .column(let other)):
      if let result = try compareTimes(column, comparison, other) { return .fixed(result) }
      return .fixed(zip(try numbers(column), try numbers(other)).map { comparison.holds($0, $1) })
    case .compare(let column, let comparison, .request(let seconds)):
      return .timed(try compare(column, comparison, requestAnd: seconds))
    }
  }

  private func merged(
    _ parts: [ItemCondition],
    _ fixed: (Bool, Bool) -> Bool,
    _ timed: (MomentSet, MomentSet) -> MomentSet
  ) throws -> Result {
    let results = try parts.map { try result(of: $0) }
    guard var merged = results.first else { return .fixed([]) }
    for other in results.dropFirst() {
      if case .fixed(let a) = merged, case .fixed(let b) = other {
        merged = .fixed(zip(a, b).map(fixed))
      } else {
        merged = .timed(zip(merged.moments, other.moments).map(timed))
      }
    }
    return merged
  }

  /// The values of a column, and whether they are ids, of which those below 0 are missing.
  func values(_ column: Column) throws -> ColumnValues {
    let kept = table.numbers + table.kept + table.timeColumns + (table.titles.map { [$0] } ?? [])
    if let found = kept.first(where: { $0.name == column.name }) { return found.values }
    switch column.name {
    case ItemTableColumns.item: return Self.ids(table.items, table.itemNames)
    case ItemTableColumns.category, categoryName: return Self.ids(table.categories, table.categoryNames)
    default:
      let names = kept.map(\.name) + [ItemTableColumns.category, ItemTableColumns.item]
      throw ItemTableColumns(names.map { ($0, .ids) }).missing(column)
    }
  }

  /// Keys as a column: names where there are some, -1 for none.
  private static func ids(_ keys: [Int64], _ names: [String]?) -> ColumnValues {
    guard let names else { return .integers(keys) }
    return .names(codes: keys.map { Int32(truncatingIfNeeded: $0) }, names: names)
  }

  private func isMissing(_ values: ColumnValues) -> [Bool] {
    switch values {
    case .integers(let values): values.map { _ in false }
    case .reals(let values): values.map(\.isNaN)
    case .names(let codes, let names): codes.map { $0 < 0 || names[Int($0)].isEmpty }
    case .moments(let values, _): values.map { $0 == ColumnValues.noTime }
    case .lists(let offsets, _, _): zip(offsets, offsets.dropFirst()).map { $0 == $1 }
    case .vectors: (0..<values.count).map { _ in false }
    }
  }

  private func isOneOf(_ column: Column, _ wanted: [Literal]) throws -> [Bool] {
    let values = try values(column)
    let dates = isTime(column, values) ? wanted.filter { $0.moment != nil } : []
    guard !dates.isEmpty else { return try isOneOf(column, values, wanted) }
    let others = wanted.filter { $0.moment == nil }
    var holds = others.isEmpty ? [] : try isOneOf(column, values, others)
    for moment in dates.compactMap(\.moment) {
      let isEqual = try compare(column, values, .equal, moment)
      holds = holds.isEmpty ? isEqual : zip(holds, isEqual).map { $0 || $1 }
    }
    return holds
  }

  private func isOneOf(_ column: Column, _ values: ColumnValues, _ wanted: [Literal]) throws -> [Bool] {
    switch values {
    case .names(let codes, let names):
      let isWanted = Self.isWanted(names, wanted)
      return codes.map { $0 >= 0 && isWanted[Int($0)] }
    case .lists(let offsets, let codes, let names):
      let isWanted = Self.isWanted(names, wanted)
      return zip(offsets, offsets.dropFirst()).map { first, end in
        codes[first..<end].contains { isWanted[Int($0)] }
      }
    case .integers(let values):
      let numbers = Set(try wanted.compactMap { try whole($0, column) })
      return values.map(numbers.contains)
    case .reals(let values):
      let numbers = Set(try wanted.map { try number($0, column) })
      return values.map(numbers.contains)
    case .moments, .vectors: throw ItemCondition.Problem(message: noValues(column), place: column.place)
    }
  }

  /// Which of sorted `names` are among the literals, by their bytes.
  private static func isWanted(_ names: [String], _ wanted: [Literal]) -> [Bool] {
    let sorted = SortedNames(names)
    var isWanted = [Bool](repeating: false, count: names.count)
    for literal in wanted {
      if let place = sorted.place(of: literal.text) { isWanted[place] = true }
    }
    return isWanted
  }

  private func compare(
    _ column: Column,
    _ comparison: ItemCondition.Comparison,
    _ value: Literal
  ) throws -> [Bool] {
    if comparison == .equal { return try isOneOf(column, [value]) }
    let values = try values(column)
    if let moment = value.moment, isTime(column, values) {
      return try compare(column, values, comparison, moment)
    }
    switch values {
    case .integers(let values):
      if let whole = value.whole { return values.map { comparison.holds($0, whole) } }
      let bound = try number(value, column)
      return values.map { comparison.holds($0, exactly: bound) }
    case .reals(let values):
      let bound = try number(value, column)
      return values.map { comparison.holds($0, bound) }
    case .names(let codes, let names):
      let holds = try hold(names, column, comparison, value)
      return codes.map { $0 >= 0 && holds[Int($0)] }
    case .lists: throw ItemCondition.textBySize(column)
    case .moments, .vectors: throw ItemCondition.Problem(message: noValues(column), place: column.place)
    }
  }

  /// Of which of `names` a comparison with a number holds: categories that are whole numbers are names where one is missing.
  private func hold(
    _ names: [String],
    _ column: Column,
    _ comparison: ItemCondition.Comparison,
    _ value: Literal
  ) throws -> [Bool] {
    let isCategory = column.name == ItemTableColumns.category || column.name == categoryName
    let numbers = names.map { Int64($0) }
    // Where none has any, as may be of the items of an update, it holds of none.
    guard isCategory, zip(names, numbers).allSatisfy({ $0.isEmpty || $1 != nil }) else {
      throw ItemCondition.textBySize(column)
    }
    let bound = try number(value, column)
    let whole = value.whole
    return numbers.map { number in
      guard let number else { return false }
      return whole.map { comparison.holds(number, $0) } ?? comparison.holds(number, exactly: bound)
    }
  }

  private func noValues(_ column: Column) -> String {
    "'\(column.name)' holds dates, which are not compared with numbers; they are compared with others in quotes, as in "
      + "\"2017-10-01\", and with 'request'"
  }

  private func number(_ value: Literal, _ column: Column) throws -> Double {
    guard let number = value.number else { throw ItemCondition.noNumber(value, column) }
    return number
  }

  /// The whole number that a literal asks for among ids; nil where no id can be it.
  ///
  /// An item's id in quotes is its bytes, so that "0101" is not the item 101, unless ids were read as numbers.
  private func whole(_ value: Literal, _ column: Column) throws -> Int64? {
    if value.isQuoted, column.name == ItemTableColumns.item, wholeNumber(value.text) != nil {
      return listedID(value.text, areNumbers: table.idsAreNumbers)
    }
    _ = try number(value, column)
    return value.whole
  }

  private func numbers(_ column: Column) throws -> [Double] {
    guard case .reals(let values) = try values(column) else { throw ItemCondition.notBoth(column) }
    return values
  }

  /// When `column` stands so to the time of the request and `seconds`; never for an item without a time.
  private func compare(
    _ column: Column,
    _ comparison: ItemCondition.Comparison,
    requestAnd seconds: Int64
  ) throws -> [MomentSet] {
    let values = try values(column)
    guard isTime(column, values) else { throw ItemCondition.notATime(column) }
    let shift = seconds.multipliedReportingOverflow(by: unit.ticksPerSecond)
    guard !shift.overflow else {
      throw ItemCondition.Problem(
        message: "the time added to 'request' is too long to be counted in \(unit.words)",
        place: column.place
      )
    }
    let times = try ItemTimes(LogColumn(name: column.name, values: values), in: unit)
    return times.values.map { time in
      time.map { Self.moments(comparison, $0, minus: shift.partialValue) } ?? .never
    }
  }

  /// The moments `t` at which `time` stands so to `t + shift`.
  private static func moments(
    _ comparison: ItemCondition.Comparison,
    _ time: ItemTimes.Time,
    minus shift: Int64
  ) -> MomentSet {
    func moved(_ tick: Int64) -> Int64 {
      let moved = tick.subtractingReportingOverflow(shift)
      return moved.overflow ? (shift > 0 ? .min : .max) : moved.partialValue
    }
    let (floor, ceiling) = (moved(time.floor), moved(time.ceiling))
    switch comparison {
    case .atMost: return .from(ceiling)
    case .less: return MomentSet.upTo(floor).complement
    case .atLeast: return .upTo(floor)
    case .greater: return MomentSet.from(ceiling).complement
    case .equal: return floor == ceiling ? MomentSet.from(floor).intersection(.upTo(floor)) : .never
    }
  }
}
