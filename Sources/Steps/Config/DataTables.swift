import Clicks
import Tables
import Recipe
import Report

/// The first rows of logs and tables, as `head()` shows them.
enum DataTables {
  private static let rows = 5

  static func head(of log: ClickLog, names: (user: String, item: String)) -> Table {
    var columns: [Table.Column] = [
      .init(names.user, alignment(log.userNames)), .init(names.item, alignment(log.itemNames)),
    ]
    if log.times != nil { columns.append(.init("time (\(log.timeUnit.rawValue))", .trailing)) }
    columns += log.extras.map { .init($0.name, alignment($0.values)) }
    let cells: [[Table.Cell]] = (0..<min(rows, log.count)).map { row in
      var line: [Table.Cell] = [.text(log.userID(log.users[row])), .text(log.itemID(log.items[row]))]
      if let times = log.times { line.append(.text("\(times[row])")) }
      return line + log.extras.map { cell($0.values, row) }
    }
    return Table(name: "clicks", caption: "The first clicks.", columns: columns, rows: cells)
  }

  static func head(of items: ItemTable, itemName: String, hasCategories: Bool) -> Table {
    var columns: [Table.Column] = [.init(itemName, alignment(items.itemNames))]
    if hasCategories { columns.append(.init("category", alignment(items.categoryNames))) }
    let further =
      items.numbers + items.kept + items.lists + (items.vectors.map { [$0] } ?? []) + items.timeColumns
      + (items.titles.map { [$0] } ?? [])
    columns += further.map { .init($0.name, alignment($0.values)) }
    let cells: [[Table.Cell]] = (0..<min(rows, items.count)).map { row in
      var line: [Table.Cell] = [.text(ClickLog.id(items.items[row], items.itemNames))]
      if hasCategories { line.append(.text(items.category(ofRow: row))) }
      return line + further.map { cell($0.values, row) }
    }
    return Table(name: "items", caption: "The first items.", columns: columns, rows: cells)
  }

  /// Text leads, numbers trail.
  private static func alignment(_ names: [String]?) -> Table.Alignment { names == nil ? .trailing : .leading }

  private static func alignment(_ values: ColumnValues) -> Table.Alignment {
    switch values {
    case .names, .lists: .leading
    case .integers, .reals, .moments, .vectors: .trailing
    }
  }

  private static func cell(_ values: ColumnValues, _ row: Int) -> Table.Cell {
    switch values {
    case .integers(let values): .text("\(values[row])")
    // Whole numbers may be moments or ids, of which every digit counts.
    case .reals(let values):
      .text(Int64(exactly: values[row]).map { "\($0)" } ?? NumberFormat.significant(values[row], digits: 6))
    case .names(let codes, let names): .text(names[Int(codes[row])])
    case .moments(let values, let unit): .text(unit.text(values[row]))
    case .lists(let offsets, let codes, let names):
      .text(codes[offsets[row]..<offsets[row + 1]].map { names[Int($0)] }.joined(separator: ", "))
    case .vectors(_, let width): .text("\(width) numbers")
    }
  }
}
