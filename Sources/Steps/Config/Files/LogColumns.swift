import Recipe
import Tables

/// What the click log's columns are called.
struct LogColumns: Sendable {
  let user: ColumnReference
  let item: ColumnReference
  let time: ColumnReference?
  let unit: TimeUnit?
  let keep: [ColumnReference]
  /// What says what a click is worth.
  let worth: WorthColumns

  private enum Unit: String, CaseIterable, Sendable {
    case auto, s, ms, us, ns
  }

  /// - Parameter names: what the columns are called by default.
  init(_ fields: inout Fields, names: (user: String, item: String)?) {
    let names = names ?? ("user_id", "item_id")
    user = fields.columnName("user", default: .name(names.user), "The column of user ids.")
    item = fields.columnName("item", default: .name(names.item), "The column of item ids.")
    if item == user { fields.fail("item", "the column '\(item)' is already read as the user") }
    time = fields.optionalColumnName(
      "time",
      "The column of times: whole or decimal numbers that count from 1970, or dates such as 2017-10-03T11:19:30Z, of UTC "
        + "where they name no zone; without it the order of the file is time."
    )
    if let time, time == user || time == item {
      fields.fail("time", "the column '\(time)' is already read as the \(time == user ? "user" : "item")")
    }
    let unit = fields.choice(
      "time_unit",
      default: Unit.auto,
      "What times that are numbers count; 'auto' tells by their size. Dates are counted in the coarsest unit that holds them "
        + "all, or in this one where it is finer."
    )
    self.unit = TimeUnit(rawValue: unit.rawValue)
    keep = fields.columnNames(
      "keep",
      default: [],
      "Further columns to keep, for row filters and context features."
    )
    worth = WorthColumns(&fields)
  }
}

extension ColumnReference {
  /// The column as the reader asks for it.
  var selector: ColumnSelector {
    switch self {
    case .name(let name): .name(name)
    case .number(let number): .number(number)
    }
  }
}
