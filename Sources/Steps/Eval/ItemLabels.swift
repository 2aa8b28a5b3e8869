import Clicks

/// What items are called, where the item table says so.
struct ItemLabels {
  private let table: ItemTable
  private let vocabulary: Vocabulary
  /// The row of each code, `[vocabulary.size]`.
  private let rows: [Int32]

  init(_ table: ItemTable) {
    self.table = table
    let vocabulary = Vocabulary(keysOf: table.items)
    var rows = [Int32](repeating: -1, count: vocabulary.size)
    for (row, item) in table.items.enumerated() { rows[Int(vocabulary.code(of: item))] = Int32(row) }
    (self.vocabulary, self.rows) = (vocabulary, rows)
  }

  /// Whether items have titles.
  var hasTitles: Bool { table.titles != nil }
  /// Whether categories have names.
  var hasCategories: Bool { table.categoryNames != nil }

  /// What an item is called; nil where nobody knows.
  func title(of item: Int64) -> String? {
    guard let row = row(of: item), case .names(let codes, let names)? = table.titles?.values else {
      return nil
    }
    let title = names[Int(codes[row])]
    return title.isEmpty ? nil : title
  }

  /// What `items` are called, empty where nobody knows; nil where none has a title.
  func titles(of items: [Int64]) -> [String]? { hasTitles ? items.map { title(of: $0) ?? "" } : nil }

  /// The name of an item's category; nil where it has none.
  func category(of item: Int64) -> String? {
    guard let names = table.categoryNames, let row = row(of: item), table.categories[row] >= 0 else {
      return nil
    }
    return ClickLog.id(table.categories[row], names)
  }

  private func row(of item: Int64) -> Int? {
    let row = rows[Int(vocabulary.code(of: item))]
    return row >= 0 ? Int(row) : nil
  }
}
