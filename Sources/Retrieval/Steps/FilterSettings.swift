import Recipe

/// The settings of a row filter.
enum FilterSettings {
  static func read(_ fields: inout Fields) -> [RowFilter] {
    let name = fields.requiredString(
      "column",
      "The column looked at: 'user', 'item', 'time', or one that 'columns.keep' in 'config' names."
    )
    let values = fields.strings("in", default: [], "Keep clicks whose field is one of these.")
    let lowest = fields.optionalDouble("min", "Keep clicks whose field is at least this.")
    let highest = fields.optionalDouble("max", "Keep clicks whose field is at most this.")
    let column: RowFilter.Column =
      switch name {
      case "user": .user
      case "item": .item
      case "time": .time
      default: .extra(name)
      }
    var filters: [RowFilter] = []
    if !values.isEmpty { filters.append(RowFilter(column, .isOneOf(values.map(value)))) }
    if let lowest { filters.append(RowFilter(column, .atLeast(lowest))) }
    if let highest { filters.append(RowFilter(column, .atMost(highest))) }
    if let lowest, let highest, lowest > highest {
      fields.fail("min", "no number is at least \(lowest) and at most \(highest)")
    }
    if filters.isEmpty && !fields.isDescribing {
      fields.fail("column", "a filter needs a condition: set 'in', 'min' or 'max'")
    }
    return filters
  }

  private static func value(_ text: String) -> RowFilter.Value {
    if let integer = Int64(text) { return .integer(integer) }
    if let number = Double(text) { return .number(number) }
    return .text(text)
  }
}
