import Tables

/// A condition on one column that a click must meet to count at all.
package struct RowFilter: Sendable, Equatable {
  /// The column it looks at.
  package enum Column: Sendable, Equatable {
    /// The user's id.
    case user
    /// The item's id.
    case item
    /// The time, in the log's unit.
    case time
    /// A kept column, by its name.
    case extra(String)
  }

  /// A number to compare with, exactly.
  package enum Bound: Sendable, Equatable {
    /// A whole number.
    case integer(Int64)
    /// Any other.
    case number(Double)

    /// Whether `value` is at least this.
    func isAtMost(_ value: Int64) -> Bool {
      switch self {
      case .integer(let bound): value >= bound
      // Whole numbers at or above the bound are those at or above the next whole one, which Double holds exactly.
      case .number(let bound): Int64(exactly: bound.rounded(.up)).map { value >= $0 } ?? (bound < 0)
      }
    }

    /// Whether `value` is at most this.
    func isAtLeast(_ value: Int64) -> Bool {
      switch self {
      case .integer(let bound): value <= bound
      case .number(let bound): Int64(exactly: bound.rounded(.down)).map { value <= $0 } ?? (bound > 0)
      }
    }

    /// The bound for columns of decimal numbers.
    package var real: Double {
      switch self {
      case .integer(let bound): Double(bound)
      case .number(let bound): bound
      }
    }
  }

  /// What must hold.
  package enum Condition: Sendable, Equatable {
    /// The field is one of these: the same bytes in columns of text, the same number in others.
    case isOneOf([String])
    /// The field is a number of at least this.
    case atLeast(Bound)
    /// The field is a number of at most this.
    case atMost(Bound)
    /// The time is this moment or a later one.
    case since(Moment)
    /// The time is this moment or an earlier one.
    case until(Moment)
  }

  /// The column it looks at.
  package var column: Column
  /// What must hold.
  package var condition: Condition

  /// Makes a filter.
  package init(_ column: Column, _ condition: Condition) {
    self.column = column
    self.condition = condition
  }
}

extension RowFilter {
  /// The rows of `log` that meet all of `filters`, ascending.
  /// - Throws: `DataError` where a column is not there or its values cannot be compared so, and beyond 2^31 rows.
  package static func rows(of log: ClickLog, meeting filters: [RowFilter]) throws -> [Int] {
    guard let count = Int32(exactly: log.count) else {
      throw DataError("expected at most \(Int32.max) clicks, got \(log.count)")
    }
    var (rows, unmatched): ([Int32], [String]) = ([Int32](0..<count), [])
    for filter in filters { rows = try filter.keep(rows, of: log, unmatched: &unmatched) }
    return rows.map { Int($0) }
  }

  /// The rows of `rows` that meet the condition; values that none of them has join `unmatched`.
  /// - Throws: `DataError` where the column is not there or its values cannot be compared so.
  func keep(_ rows: [Int32], of log: ClickLog, unmatched: inout [String]) throws -> [Int32] {
    let (values, label) = try values(in: log)
    switch (condition, values) {
    case (.isOneOf(let wanted), .names(let codes, let names)):
      let sorted = SortedNames(names)
      let places = wanted.map { sorted.place(of: $0) }
      return Self.keep(rows, wanted, places, unmatched: &unmatched) { Int(codes[$0]) }
    case (.isOneOf(let wanted), .integers(let values)), (.isOneOf(let wanted), .moments(let values, _)):
      let numbers = try wanted.map { text in
        if column == .time, let moment = Moment(text) { return moment.tick(of: log.timeUnit) }
        let number = try Self.number(text, label, as: integerField)
        return column == .user || column == .item ? listedID(text, areNumbers: log.idsAreNumbers) : number
      }
      return Self.keep(rows, wanted, numbers, unmatched: &unmatched) { values[$0] }
    case (.isOneOf(let wanted), .reals(let values)):
      let numbers = try wanted.map { try Self.number($0, label, as: realField) }
      return Self.keep(rows, wanted, numbers, unmatched: &unmatched) { values[$0] }
    case (.atLeast(let bound), .integers(let values)), (.atLeast(let bound), .moments(let values, _)):
      return rows.filter { bound.isAtMost(values[Int($0)]) }
    case (.atMost(let bound), .integers(let values)), (.atMost(let bound), .moments(let values, _)):
      return rows.filter { bound.isAtLeast(values[Int($0)]) }
    case (.atLeast(let bound), .reals(let values)): return rows.filter { values[Int($0)] >= bound.real }
    case (.atMost(let bound), .reals(let values)): return rows.filter { values[Int($0)] <= bound.real }
    case (.since(let moment), .integers(let values)) where column == .time:
      let first = moment.ticks(around: log.timeUnit).ceiling
      return rows.filter { values[Int($0)] >= first }
    case (.until(let moment), .integers(let values)) where column == .time:
      let last = moment.ticks(around: log.timeUnit).floor
      return rows.filter { values[Int($0)] <= last }
    case (.since, _), (.until, _):
      throw DataError("a filter on \(label): only the time is compared with dates")
    case (.atLeast(let bound), .names(let codes, let names)):
      let holds = try Self.numbers(names, label, bound.isAtMost) { $0 >= bound.real }
      return rows.filter { holds[Int(codes[Int($0)])] }
    case (.atMost(let bound), .names(let codes, let names)):
      let holds = try Self.numbers(names, label, bound.isAtLeast) { $0 <= bound.real }
      return rows.filter { holds[Int(codes[Int($0)])] }
    case (_, .lists), (_, .vectors):
      throw DataError("a filter on \(label): it holds lists, and there are no conditions on them")
    }
  }

  /// The rows whose value is one of `values`, which stand for `wanted` and are nil where no row can have them.
  private static func keep<Value: Hashable>(
    _ rows: [Int32],
    _ wanted: [String],
    _ values: [Value?],
    unmatched: inout [String],
    _ valueOf: (Int) -> Value
  ) -> [Int32] {
    var met: Set<Value> = []
    let all = Set(values.compactMap { $0 })
    let kept = rows.filter { row in
      let value = valueOf(Int(row))
      guard all.contains(value) else { return false }
      met.insert(value)
      return true
    }
    for (text, value) in zip(wanted, values) where value.map({ !met.contains($0) }) ?? true {
      unmatched.append(text)
    }
    return kept
  }

  /// Whether each of `names`, which are numbers or empty, is one of which a condition holds; of none it does not.
  private static func numbers(
    _ names: [String],
    _ label: String,
    _ integer: (Int64) -> Bool,
    _ real: (Double) -> Bool
  ) throws -> [Bool] {
    try names.map { name in
      if name.isEmpty { return false }
      let field = Array(name.utf8)
      if case .value(let value) = field.withUnsafeBufferPointer(integerField) { return integer(value) }
      if case .value(let value) = field.withUnsafeBufferPointer(realField) { return real(value) }
      throw DataError("a filter on \(label): expected numbers to compare with a bound, but it holds text")
    }
  }

  /// `text` as a number of a column; nil for a number that no field of the column can be.
  private static func number<Value>(
    _ text: String,
    _ label: String,
    as read: (FieldBytes) -> NumberResult<Value>
  ) throws -> Value? {
    switch Array(text.utf8).withUnsafeBufferPointer(read) {
    case .value(let value): return value
    case .outOfRange: return nil
    case .notANumber:
      if case .value = Array(text.utf8).withUnsafeBufferPointer(realField) { return nil }
      throw DataError("a filter on \(label): expected a number to compare with, got '\(text)'")
    }
  }

  private func values(in log: ClickLog) throws -> (ColumnValues, label: String) {
    switch column {
    case .user: return (Self.column(log.users, log.userNames), "the user")
    case .item: return (Self.column(log.items, log.itemNames), "the item")
    case .time:
      guard let times = log.times else { throw DataError("a filter on the time: the log has no times") }
      return (.integers(times), "the time")
    case .extra(let name):
      guard let values = log.extra(name) else {
        let known = log.extras.map(\.name).joined(separator: ", ")
        throw DataError("a filter on '\(name)': the log keeps no such column, only: \(known)")
      }
      return (values, "'\(name)'")
    }
  }

  private static func column(_ keys: [Int64], _ names: [String]?) -> ColumnValues {
    guard let names else { return .integers(keys) }
    return .names(codes: keys.map { Int32($0) }, names: names)
  }
}
