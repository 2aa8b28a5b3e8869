import Recipe
import Report

/// What the item table's columns are called.
struct ItemColumns: Sendable {
  let item: ColumnReference
  let category: ColumnReference?
  /// What items are called.
  let title: ColumnReference?
  let numbers: [ColumnReference]
  let keep: [ColumnReference]
  /// From when on and until when items may be shown.
  let availableFrom: ColumnReference?
  let availableUntil: ColumnReference?
  /// Multi-valued columns and pretrained vectors.
  let lists: ItemListColumns

  /// - Parameter name: what the column of ids is called by default.
  init(_ fields: inout Fields, item name: String) {
    item = fields.columnName("item", default: .name(name), "The column of item ids.")
    category = fields.optionalColumnName("category", "The column of categories.")
    title = fields.optionalColumnName(
      "title",
      "The column of what items are called, to be shown beside their ids; text that is not UTF-8 is taken for Latin-1."
    )
    numbers = fields.columnNames(
      "numbers",
      default: [],
      "Columns of numbers to keep, for numeric item features and ages; an empty field is a missing number. Dates such as "
        + "2017-10-03 or 2017-10-03T11:19:30Z are taken too, as a feature in seconds since 1970."
    )
    keep = fields.columnNames(
      "keep",
      default: [],
      "Further columns to keep, as text, for categorical item features."
    )
    availableFrom = fields.optionalColumnName(
      "available_from",
      "The column of times from which on an item may be shown: before, it is no candidate. An item without a time always "
        + "was. Numbers count what makes them moments of our days, or else what the click log's times do."
    )
    availableUntil = fields.optionalColumnName(
      "available_until",
      "The column of times from which on an item may no longer be shown, likewise."
    )
    lists = ItemListColumns(&fields)
    let others = [item] + (category.map { [$0] } ?? []) + numbers + lists.multi
    for column in keep where others.contains(column) {
      fields.fail("keep", "the column '\(column)' is already read as something else")
    }
  }
}

extension [ColumnReference] {
  /// Whether a column called `name` is among them; one given by its number may be called anything.
  func canHold(_ name: String) -> Bool {
    contains { reference in
      if case .name(let own) = reference { own == name } else { true }
    }
  }
}
