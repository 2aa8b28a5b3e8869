import Clicks

/// What the settings of `config` say of the click log and the catalogue.
package struct ConfigOutline: Sendable {
  private let source: DataSource
  /// The folder that gets a copy of what `save` writes, or nil.
  let exportFolder: String?

  init(source: DataSource, exportFolder: String?) {
    self.source = source
    self.exportFolder = exportFolder
  }

  /// How the log's columns are called, for what is written about users and items.
  var columnNames: (user: String, item: String) { source.columnNames }
  /// Whether a column of the click log is kept beside user, item and time.
  func keeps(_ column: String) -> Bool { source.files?.keeps(column) ?? false }
  /// Whether a column of the item table is kept as text.
  func keepsItemColumn(_ column: String) -> Bool { source.files?.keepsItemColumn(column) ?? false }
  /// Whether a column of the item table is kept as numbers; made-up items have the time at which they are born.
  func keepsItemNumbers(_ column: String) -> Bool {
    source.files?.keepsItemNumbers(column) ?? (column == SyntheticClicks.birthColumn)
  }
  /// The names of the columns that a setting such as `item_columns.keep` keeps.
  func kept(by setting: String) -> [String] { source.files?.kept(by: setting) ?? [] }
  /// How many items there are, where that is known before the data is read: of made-up clicks.
  var itemCount: Int? { source.synthetic?.items }
  /// What conditions on items may name.
  var conditionColumns: ItemTableColumns {
    guard let files = source.files else {
      return ItemTableColumns([
        (SyntheticClicks.birthColumn, .numbers), (ItemTableColumns.category, .ids),
        (ItemTableColumns.item, .ids),
      ])
    }
    return files.conditionColumns
  }
  /// Whether items have categories.
  var hasItemCategories: Bool { source.hasItemCategories }
  /// What the item table calls the category, where it is known by name.
  var categoryName: String? { source.files?.categoryName }
  /// Whether the item table says from when on items may be shown.
  var hasAvailableFrom: Bool { source.files?.availability?.from != nil }
  /// Whether it says from when on or until when.
  var hasAvailability: Bool { hasAvailableFrom || source.files?.availability?.until != nil }
  /// Whether items have a multi-valued column so called.
  func keepsItemLists(_ column: String) -> Bool { source.files?.keepsItemLists(column) ?? false }
  /// Whether items have a column of text so called.
  func keepsItemText(_ column: String) -> Bool { source.files?.keepsItemText(column) ?? false }
  /// Whether items have pretrained vectors.
  var hasItemVectors: Bool { source.files?.hasItemVectors ?? false }
  /// The columns of the user table; nil where there is none.
  var userColumns: UserColumns? { source.files?.usersRead }
  /// Whether there is an item table.
  var hasItemTable: Bool { source.files?.hasItemTable ?? true }
  /// How the files are read, for further files of the same form; nil for made-up clicks.
  var fileSource: FileSource? { source.files }
  /// Whether the log has events.
  var hasEvents: Bool { source.files?.worth.event != nil }
  /// The events that are kept, by name; nil where all are.
  var eventNames: [String]? { source.files?.worth.eventWeights?.map(\.event) }
  /// Whether the log says what was shown with each click.
  var hasImpressions: Bool { source.files?.worth.impressions != nil }
  /// Whether the log has times: made-up clicks always do.
  var hasTime: Bool { source.files?.hasTime ?? true }
  /// Whether the clicks of a user have an order: by their times, or since the form of the file is lists in that order.
  var hasOrder: Bool {
    guard let files = source.files, !files.hasTime else { return true }
    switch files.place.format.kind {
    case .sequences, .sessions, .json: return true
    case .auto, .csv, .jsonl, .parquet: return false
    }
  }
}
