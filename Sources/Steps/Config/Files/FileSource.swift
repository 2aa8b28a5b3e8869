import Clicks
import Files
import Notebook
import Recipe
import Tables

/// The data files and how to read them.
struct FileSource: Sendable {
  let place: DataPlace
  let columns: LogColumns
  let itemColumns: ItemColumns
  let userColumns: UserColumns
  /// What rows are worth.
  let worth: ClickWorthOptions
  private let clicksFound = Once<FileSet>()
  private let itemsFound = Once<FileSet?>()
  private let usersFound = Once<FileSet?>()

  init(
    _ place: DataPlace,
    _ columns: LogColumns,
    _ itemColumns: ItemColumns,
    _ userColumns: UserColumns,
    _ worth: ClickWorthOptions
  ) {
    self.worth = worth
    self.place = place
    self.columns = columns
    self.itemColumns = itemColumns
    self.userColumns = userColumns
  }

  /// Whether the log has times.
  var hasTime: Bool { columns.time != nil }

  /// Whether a column of the click log is kept; one kept by its number may be any.
  func keeps(_ column: String) -> Bool {
    columns.keep.canHold(column)
  }

  /// Whether there is an item table.
  var hasItemTable: Bool { !place.items.isEmpty }
  /// Whether a column of the item table is kept as text; one kept by its number may be any.
  func keepsItemColumn(_ column: String) -> Bool { hasItemTable && itemColumns.keep.canHold(column) }
  /// Whether a column of the item table is kept as numbers, likewise.
  func keepsItemNumbers(_ column: String) -> Bool { hasItemTable && itemColumns.numbers.canHold(column) }

  /// Whether the item table has a multi-valued column so called; one given by its number may be any.
  func keepsItemLists(_ column: String) -> Bool { hasItemTable && itemColumns.lists.canHold(column) }
  /// Whether the item table has a column of text so called: its titles, or one that is kept.
  func keepsItemText(_ column: String) -> Bool {
    hasItemTable && (itemColumns.keep + (itemColumns.title.map { [$0] } ?? [])).canHold(column)
  }
  /// Whether items have pretrained vectors.
  var hasItemVectors: Bool { place.vectors != nil || (hasItemTable && itemColumns.lists.vectors != nil) }
  /// The columns of the user table; nil where there is none.
  var usersRead: UserColumns? { place.users == nil ? nil : userColumns }

  /// What conditions on items may name: without an item table their ids.
  var conditionColumns: ItemTableColumns {
    hasItemTable ? itemColumns.conditionColumns : ItemTableColumns([(ItemTableColumns.item, .ids)])
  }
  /// The columns of the times between which items may be shown; nil without an item table.
  var availability: (from: ColumnReference?, until: ColumnReference?)? {
    hasItemTable ? (itemColumns.availableFrom, itemColumns.availableUntil) : nil
  }
  /// Whether there is an item table that says the category of items.
  var hasItemCategories: Bool { hasItemTable && itemColumns.category != nil }
  /// What the item table calls the category, where it is known by name.
  var categoryName: String? { itemColumns.category?.name }

  var columnNames: (user: String, item: String) {
    func name(_ reference: ColumnReference, _ number: String) -> String {
      if case .name(let name) = reference { name } else { number }
    }
    // The item column of the item table is what the catalogue calls it, as `recall_candidates` did.
    let item = hasItemTable ? itemColumns.item : columns.item
    return (name(columns.user, "user_id"), name(item, "item_id"))
  }

  // MARK: Places

  /// The files of the click log.
  var clicks: FileSet { clicksFound.value { FileSet("clicks", place.clicks.map(path)) } }
  /// The files of the item table, where there is one.
  var items: FileSet? { itemsFound.value { hasItemTable ? FileSet("items", place.items.map(path)) : nil } }
  /// All of them.
  var sets: [FileSet] { [clicks] + [items, users].compactMap { $0 } }
  /// The files of the user table, where there is one.
  var users: FileSet? {
    usersFound.value { place.users.map { FileSet("users", $0.files.map(path)) } }
  }

  var inputFiles: [InputFile] { sets.flatMap(\.inputFiles) + (place.vectors?.inputFiles(path) ?? []) }

  /// The files that make another click log of the same form, to be tested on.
  func tested(_ paths: [ResolvedPath]) -> FileSet { FileSet("test", paths.map(locate)) }

  /// Where another click log of the same form is: beside the recipe, or else beside the first one.
  func locate(_ path: ResolvedPath) -> ResolvedPath {
    DataFiles.hasAny(path.absolute) || path.shown.hasPrefix("~") ? path : self.path(path.shown)
  }

  /// Where a file of that name is, or would be.
  func path(_ name: String) -> ResolvedPath {
    let folder = folder
    return ResolvedPath(
      shown: FilePaths.join(folder.shown, name),
      absolute: FilePaths.join(folder.absolute, name)
    )
  }

  /// The first folder under `path` that has the click log, or the first part of it; the first folder where none has.
  private var folder: ResolvedPath {
    let root = place.path ?? ResolvedPath(shown: "data", absolute: FilePaths.absolute("data"))
    let choices = place.folders.map { folder in
      ResolvedPath(
        shown: folder == "." ? root.shown : FilePaths.join(root.shown, folder),
        absolute: FilePaths.absolute(folder, from: root.absolute)
      )
    }
    let name = place.clicks.first ?? ""
    let first = choices.first { DataFiles.hasAny(FilePaths.join($0.absolute, name)) }
    return first ?? choices.first ?? root
  }
}
