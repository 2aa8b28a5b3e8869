import Clicks
import Recipe
import Report
import Tables

/// The settings of a row filter.
enum FilterSettings {
  static func read(_ fields: inout Fields) -> [RowFilter] {
    let name = fields.requiredString(
      "column",
      "The column looked at: 'user', 'item', 'time', or one that 'columns.keep' in 'config' names."
    )
    let values = fields.strings(
      "in",
      default: [],
      count: 1...Int.max,
      "Keep clicks whose field is one of these."
    )
    let lowest = fields.optionalTime(
      "min",
      "Keep clicks whose field is at least this: a number, or of 'time' a date such as 2017-10-10 or "
        + "2017-10-10T12:00:00+02:00, which is its first moment, of UTC where it names no zone."
    )
    let highest = fields.optionalTime("max", "Keep clicks whose field is at most this, likewise.")
    let column: RowFilter.Column =
      switch name {
      case "user": .user
      case "item": .item
      case "time": .time
      default: .extra(name)
      }
    var filters: [RowFilter] = []
    if !values.isEmpty { filters.append(RowFilter(column, .isOneOf(values))) }
    for (key, bound) in [("min", lowest), ("max", highest)] {
      guard let bound else { continue }
      filters.append(RowFilter(column, condition(bound, isLower: key == "min")))
      if case .moment = bound, column != .time {
        fields.fail(key, "only 'time' is compared with dates, and the column is '\(name)'")
      }
    }
    if let lowest, let highest, isAbove(lowest, highest) {
      let what = if case .number = lowest { "number" } else { "time" }
      fields.fail("min", "no \(what) is at least \(lowest.text) and at most \(highest.text)")
    }
    // What is wrong with values was said at their place.
    let isSet = ["in", "min", "max"].contains { fields.has($0) }
    if filters.isEmpty && !isSet && !fields.isDescribing {
      fields.fail("column", "a filter needs a condition: set 'in', 'min' or 'max'")
    }
    return filters
  }

  private static func condition(_ bound: TimeSetting, isLower: Bool) -> RowFilter.Condition {
    switch bound {
    case .number(let number): isLower ? .atLeast(self.bound(number)) : .atMost(self.bound(number))
    case .moment(let moment): isLower ? .since(moment) : .until(moment)
    }
  }

  /// Whether one bound is above another of its kind.
  private static func isAbove(_ a: TimeSetting, _ b: TimeSetting) -> Bool {
    switch (a, b) {
    case (.number(let a), .number(let b)): bound(a).real > bound(b).real
    case (.moment(let a), .moment(let b)): a > b
    case (.number, .moment), (.moment, .number): false
    }
  }

  private static func bound(_ number: Fields.Number) -> RowFilter.Bound {
    switch number {
    case .whole(let value): .integer(Int64(value))
    case .real(let value): .number(value)
    }
  }
}
