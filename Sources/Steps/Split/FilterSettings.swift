import Clicks
import Recipe
import Report

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
    let lowest = fields.optionalNumber("min", "Keep clicks whose field is at least this.")
    let highest = fields.optionalNumber("max", "Keep clicks whose field is at most this.")
    let column: RowFilter.Column =
      switch name {
      case "user": .user
      case "item": .item
      case "time": .time
      default: .extra(name)
      }
    var filters: [RowFilter] = []
    if !values.isEmpty { filters.append(RowFilter(column, .isOneOf(values))) }
    if let lowest { filters.append(RowFilter(column, .atLeast(bound(lowest)))) }
    if let highest { filters.append(RowFilter(column, .atMost(bound(highest)))) }
    if let lowest, let highest, bound(lowest).real > bound(highest).real {
      fields.fail("min", "no number is at least \(lowest.text) and at most \(highest.text)")
    }
    // What is wrong with values was said at their place.
    if filters.isEmpty && !fields.has("in") && !fields.isDescribing {
      fields.fail("column", "a filter needs a condition: set 'in', 'min' or 'max'")
    }
    return filters
  }

  private static func bound(_ number: Fields.Number) -> RowFilter.Bound {
    switch number {
    case .whole(let value): .integer(Int64(value))
    case .real(let value): .number(value)
    }
  }
}
