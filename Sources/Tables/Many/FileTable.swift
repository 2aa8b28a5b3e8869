import Files

/// What one file of many gives: as ``TableColumns``, but what is kept of it may still lie in the cache's file.
struct FileTable {
  var columns: [FileColumn]
  var rows: Int
  var droppedRows: Int
  var namesSince: [String?]

  init(columns: [FileColumn], rows: Int, droppedRows: Int, namesSince: [String?]) {
    self.columns = columns
    self.rows = rows
    self.droppedRows = droppedRows
    self.namesSince = namesSince
  }

  init(_ table: TableColumns) {
    self.init(
      columns: table.columns.map(FileColumn.values),
      rows: table.rows,
      droppedRows: table.droppedRows,
      namesSince: table.namesSince
    )
  }

  /// Takes `count` columns from a bundle that ``TableColumns/bundle`` made.
  /// - Throws: `BundleError` where they are not there, or do not hold together.
  init(_ bundle: Bundle, count: Int) throws {
    let rows = try bundle.ints("rows")
    guard rows.count == 2, rows.allSatisfy({ $0 >= 0 }) else {
      throw BundleError.damaged("its counts are odd")
    }
    let columns = try (0..<count).map { try FileColumn(bundle, "\($0)", column: "\($0 + 1)") }
    guard try columns.allSatisfy({ try $0.count == rows[0] }) else {
      throw BundleError.damaged("its columns are not equally long")
    }
    self.init(
      columns: columns,
      rows: rows[0],
      droppedRows: rows[1],
      namesSince: try (0..<count).map { bundle.has("\($0).since") ? try bundle.text("\($0).since") : nil }
    )
  }
}

/// A column of one file of many.
enum FileColumn {
  case values(ColumnValues)
  /// Whole numbers that are still where they are kept, and are moved from there to where all files' are: an array between
  /// would cost more than reading them does.
  case keptIntegers(Bundle, name: String)

  /// Takes what `ColumnValues.add(to:as:)` put into a bundle; messages call the column `column`.
  /// - Throws: `BundleError`.
  init(_ bundle: Bundle, _ name: String, column: String) throws {
    let integers = "\(name).integers"
    if bundle.has(integers) {
      self = .keptIntegers(bundle, name: integers)
    } else {
      self = .values(try ColumnValues(bundle, name, column: column))
    }
  }

  /// How many rows it has.
  var count: Int {
    get throws {
      switch self {
      case .values(let values): values.count
      case .keptIntegers(let bundle, let name): try bundle.count(name)
      }
    }
  }

  /// The column with its values in arrays.
  var values: ColumnValues {
    get throws {
      switch self {
      case .values(let values): values
      case .keptIntegers(let bundle, let name): .integers(try bundle.int64(name))
      }
    }
  }
}
