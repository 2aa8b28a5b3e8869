import Files
import Recipe
import Synchronization
import Tables

extension FileSource {
  /// What the columns are called in the table that a setting, named by its dotted path in `config`, takes a column of; none
  /// for other settings, and where the files cannot be read.
  func names(for setting: String) -> [String] {
    switch setting.prefix(while: { $0 != "." }) {
    case "columns": HeaderMemo.names(of: clicks, place.format)
    case "item_columns": items.map { HeaderMemo.names(of: $0, place.itemsFormat) } ?? []
    case "user_columns":
      users.flatMap { users in place.users.map { HeaderMemo.names(of: users, $0.format) } } ?? []
    default: []
    }
  }

  /// The names of the columns that a setting of `config` keeps: `item_columns.keep`. Those kept by number have none.
  func kept(by setting: String) -> [String] {
    let columns: [ColumnReference] =
      switch setting {
      case "columns.keep": self.columns.keep
      case "item_columns.keep": itemColumns.keep
      case "item_columns.text": itemColumns.keep + (itemColumns.title.map { [$0] } ?? [])
      case "item_columns.numbers": itemColumns.numbers
      case "item_columns.multi": itemColumns.lists.multi
      case "user_columns.categories": userColumns.categories
      case "user_columns.numbers": userColumns.numbers
      case "user_columns.multi": userColumns.multi
      default: []
      }
    let flags = setting == "item_columns.multi" ? itemColumns.lists.flags.map(\.name) : []
    return columns.compactMap { if case .name(let name) = $0 { name } else { nil } } + flags
  }
}

/// The columns of files that were looked at before and did not change since.
private enum HeaderMemo {
  private struct Key: Hashable {
    var path: String
    var format: TableFormat
  }

  private static let known = Mutex<[Key: (stamp: FileStamp, names: [String])]>([:])

  /// The names of the columns of a table, by the first of its files.
  static func names(of files: FileSet, _ format: TableFormat) -> [String] {
    guard let file = files.files.first, let stamp = FileStamp(file.absolute) else { return [] }
    let key = Key(path: file.absolute, format: format)
    if let found = known.withLock({ $0[key] }), found.stamp == stamp { return found.names }
    // A header is text between marks or the numbers of columns, which are no names.
    let header = (try? DataReading.heads(files, format).first?.header) ?? []
    let names = header.filter { Int($0) == nil }
    known.withLock { $0[key] = (stamp, names) }
    return names
  }
}
