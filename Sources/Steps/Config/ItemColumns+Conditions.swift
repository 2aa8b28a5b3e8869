import Clicks
import Recipe

extension ItemColumns {
  /// The columns of the two times between which items may be shown, by their settings.
  var availabilityReferences: [(String, ColumnReference)] {
    [("item_columns.available_from", availableFrom), ("item_columns.available_until", availableUntil)]
      .compactMap { key, column in column.map { (key, $0) } }
  }

  /// What conditions on items may name.
  var conditionColumns: ItemTableColumns {
    let times = availabilityReferences.map(\.1)
    let numbers = numbers + times.filter { !self.numbers.contains($0) }
    let texts = keep + (title.map { [$0] } ?? [])
    let ids = category.map { category in
      [ItemTableColumns.category] + (category.name == ItemTableColumns.category ? [] : [category.name])
    }
    return ItemTableColumns(
      numbers.compactMap(\.name).map { ($0, .numbers) } + texts.compactMap(\.name).map { ($0, .text) }
        + (ids ?? []).compactMap { $0 }.map { ($0, .ids) } + [(ItemTableColumns.item, .ids)],
      hasUnnamed: (numbers + texts).contains { $0.name == nil }
    )
  }
}

extension ColumnReference {
  /// The name; nil for a column that is given by its number.
  var name: String? {
    if case .name(let name) = self { name } else { nil }
  }
}
