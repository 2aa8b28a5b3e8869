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

  /// A value to compare with.
  package enum Value: Sendable, Equatable {
    /// A number.
    case number(Double)
    /// A whole number, compared exactly.
    case integer(Int64)
    /// Text, for columns of names.
    case text(String)
  }

  /// What must hold.
  package enum Condition: Sendable, Equatable {
    /// The field is one of these values.
    case isOneOf([Value])
    /// The field is a number of at least this.
    case atLeast(Double)
    /// The field is a number of at most this.
    case atMost(Double)
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
  /// The rows of `rows` that meet the condition.
  /// - Throws: `DataError` where the column is not there or its values cannot be compared so.
  func keep(_ rows: [Int32], of log: ClickLog) throws -> [Int32] {
    let (values, label) = try values(in: log)
    switch (condition, values) {
    case (.isOneOf(let wanted), .names(let codes, let names)):
      var isWanted = [Bool](repeating: false, count: names.count)
      for value in wanted {
        guard let place = names.firstIndex(of: value.text) else { continue }
        isWanted[place] = true
      }
      return rows.filter { isWanted[Int(codes[Int($0)])] }
    case (.isOneOf(let wanted), .integers(let values)):
      let numbers = Set(try wanted.compactMap { try $0.integer(label) })
      return rows.filter { numbers.contains(values[Int($0)]) }
    case (.isOneOf(let wanted), .reals(let values)):
      let numbers = Set(try wanted.map { try $0.number(label) })
      return rows.filter { numbers.contains(values[Int($0)]) }
    case (.atLeast(let bound), .integers(let values)): return rows.filter { Double(values[Int($0)]) >= bound }
    case (.atMost(let bound), .integers(let values)): return rows.filter { Double(values[Int($0)]) <= bound }
    case (.atLeast(let bound), .reals(let values)): return rows.filter { values[Int($0)] >= bound }
    case (.atMost(let bound), .reals(let values)): return rows.filter { values[Int($0)] <= bound }
    case (.atLeast, .names), (.atMost, .names):
      throw DataError("a filter on \(label): expected numbers to compare with a bound, but it holds text")
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

extension RowFilter.Value {
  var text: String {
    switch self {
    case .number(let value): String(value)
    case .integer(let value): String(value)
    case .text(let value): value
    }
  }

  /// The value as a whole number, nil where it is a fraction (which no integer equals).
  func integer(_ label: String) throws -> Int64? {
    if case .integer(let value) = self { return value }
    return Int64(exactly: try number(label))
  }

  func number(_ label: String) throws -> Double {
    switch self {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    case .text(let value):
      throw DataError("a filter on \(label): expected a number to compare with, got '\(value)'")
    }
  }
}
