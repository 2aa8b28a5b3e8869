import Tables

/// The catalogue: all items that can be recommended, each once, with its category and its numbers.
package struct ItemTable: Sendable, Equatable {
  /// The items in the order of their first row in the file, each once, `[items]`; keys as in `ClickLog`.
  package var items: [Int64]
  /// The category of each item as a key, `[items]`; all 0 where the table has no categories, ``noCategory(named:)``
  /// for none.
  package var categories: [Int64]
  /// The names behind category keys, sorted by their bytes; nil where keys are the categories themselves.
  package var categoryNames: [String]?
  /// Numeric columns, one value an item (NaN where the field is empty).
  package var numbers: [LogColumn]
  /// Further columns that were kept as text, one value an item ("" where the field is empty).
  package var kept: [LogColumn]
  /// Multi-valued columns, any number of names an item.
  package var lists: [LogColumn]
  /// The pretrained vectors of the items, one an item, NaN where an item has none; nil where there are none.
  package var vectors: LogColumn?
  /// What the items are called, "" where nobody knows; nil where the table does not say.
  package var titles: LogColumn?
  /// From when on each item may be shown, as ``ItemTimes`` reads it; nil where the table does not say.
  package var availableFrom: LogColumn?
  /// Until when, likewise.
  package var availableUntil: LogColumn?
  /// The names behind item keys, the same list as the log's; nil where keys are the ids themselves.
  package var itemNames: [String]?
  /// Whether ids were read as numbers, in whatever way these are written; else they are their bytes.
  package var idsAreNumbers = false
  /// What was found about the items and the log.
  package var facts: Facts

  /// Counts to report about a catalogue.
  package struct Facts: Sendable, Equatable {
    /// Rows of the table that repeat an item; as in a Python dict, the last one's values hold.
    package var repeatedRows = 0
    /// Items whose rows have different values.
    package var contradictedItems = 0
    /// Rows left out because the item id was empty.
    package var droppedRows = 0
    /// Distinct items of the log that the table does not have.
    package var clickedButMissing = 0
    /// Clicks on these items.
    package var clicksOnMissing = 0

    /// No counts yet.
    package init() {}
  }

  /// Makes a table from columns of equal length; `items` must be distinct.
  package init(
    items: [Int64],
    categories: [Int64],
    categoryNames: [String]? = nil,
    numbers: [LogColumn] = [],
    kept: [LogColumn] = [],
    lists: [LogColumn] = [],
    vectors: LogColumn? = nil,
    titles: LogColumn? = nil,
    itemNames: [String]? = nil,
    facts: Facts = Facts()
  ) {
    precondition(items.count == categories.count)
    let further = [titles, vectors].compactMap { $0 }
    precondition((numbers + kept + lists + further).allSatisfy { $0.values.count == items.count })
    self.items = items
    self.categories = categories
    self.categoryNames = categoryNames
    self.numbers = numbers
    self.kept = kept
    self.lists = lists
    self.vectors = vectors
    self.titles = titles
    self.itemNames = itemNames
    self.facts = facts
  }

  /// The catalogue that a log alone implies: its distinct items, ascending, in one category.
  package init(itemsOf log: ClickLog) {
    let items = distinctKeys(log.items)
    self.init(
      items: items,
      categories: [Int64](repeating: 0, count: items.count),
      itemNames: log.itemNames
    )
    idsAreNumbers = log.idsAreNumbers
  }

  /// The key that stands for no category, where keys have these names or are the categories themselves.
  package static func noCategory(named names: [String]?) -> Int64 { names == nil ? .min : -1 }

  /// The category of an item as text; empty for none.
  package func category(ofRow row: Int) -> String {
    categories[row] == Self.noCategory(named: categoryNames)
      ? "" : ClickLog.id(categories[row], categoryNames)
  }

  /// The number of items.
  package var count: Int { items.count }

  /// The columns that say when items may be shown.
  package var timeColumns: [LogColumn] { [availableFrom, availableUntil].compactMap { $0 } }

  /// The same table without some items.
  package func without(_ removed: Vocabulary) -> ItemTable { keeping { !removed.contains($0) } }

  /// The table with the items of `kept` alone.
  package func keeping(_ kept: Vocabulary) -> ItemTable { keeping { kept.contains($0) } }

  private func keeping(_ isKept: (Int64) -> Bool) -> ItemTable {
    let rows = items.indices.filter { isKept(items[$0]) }
    guard rows.count < items.count else { return self }
    var table = self
    table.items = rows.map { items[$0] }
    table.categories = rows.map { categories[$0] }
    table.numbers = numbers.map { $0.rows(rows) }
    table.kept = kept.map { $0.rows(rows) }
    table.lists = lists.map { $0.rows(rows) }
    table.vectors = vectors?.rows(rows)
    table.titles = titles?.rows(rows)
    table.availableFrom = availableFrom?.rows(rows)
    table.availableUntil = availableUntil?.rows(rows)
    return table
  }
}

/// Which columns of a file make an item table.
package struct ItemTableOptions: Sendable, Hashable {
  /// The column of item ids.
  package var item: ColumnSelector = .name("item_id")
  /// The column of categories, or nil where there is none.
  package var category: ColumnSelector?
  /// The column of what items are called, or nil where there is none.
  package var title: ColumnSelector?
  /// Columns of numbers to keep.
  package var numbers: [ColumnSelector] = []
  /// Further columns to keep, as text.
  package var kept: [ColumnSelector] = []
  /// The column of times from which on items may be shown, or nil where there is none.
  package var availableFrom: ColumnSelector?
  /// The column of times until which they may be, or nil where there is none.
  package var availableUntil: ColumnSelector?
  /// Multi-valued columns.
  package var lists: [ColumnSelector] = []
  /// The character between the values of a multi-valued column in text; nil where a field is one value.
  package var separator: UInt8?
  /// Columns of 0 and 1 that together are one multi-valued column each: its name, and which columns.
  package var flags: [FlagColumns] = []
  /// The column of pretrained vectors, if any.
  package var vectors: ColumnSelector?
  /// How item ids are read; `auto` follows the log.
  package var itemType = IdentifierType.auto
  /// Whether a row without an item id is an error (the default), or left out and counted.
  package var dropsIncompleteRows = false

  /// The column `item_id` alone.
  package init() {}
}

/// Columns of 0 and 1 that say which values of one feature a row has.
package struct FlagColumns: Sendable, Hashable {
  /// What the feature is called.
  package var name: String
  /// The columns; their names are the values.
  package var columns: [ColumnSelector]

  /// Makes a feature of columns.
  package init(name: String, columns: [ColumnSelector]) {
    self.name = name
    self.columns = columns
  }
}

/// What happens to items that were clicked but are not in the item table.
package enum MissingItems: String, CaseIterable, Sendable, Hashable {
  /// They are unknown, as in the notebook: code 0 in histories, never recommended.
  case unknown
  /// They join the catalogue behind the table's items, ascending, with numbers missing, kept text empty and the
  /// category that the notebook gives what it does not know: key 0 where categories are integers, none (-1) where
  /// they are text.
  case add
}
