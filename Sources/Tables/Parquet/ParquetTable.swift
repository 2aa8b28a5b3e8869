import Memory

/// What is wrong with the field of a row.
struct RowProblem: Error {
  /// The row, from 0.
  var row: Int
  /// What was expected and what came.
  var message: String
}

/// Columns on their way from a Parquet file to a table: rows that are left out, and the first problem.
struct ParquetTable {
  /// The first row at fault, and of its columns the first.
  private(set) var failure: (row: Int, column: Int, message: String)?

  private let rows: Int
  private let threads: Threads
  /// Whether a row is left out; empty where none is.
  private var isDropped: [Bool] = []
  private var made: [(values: ColumnValues, namesSince: String?)] = []

  init(rows: Int, threads: Threads) {
    self.rows = rows
    self.threads = threads
  }

  /// Makes what `request` asks for of the column `fields`, which is number `column` of the file.
  mutating func take(_ fields: ParquetFields, _ request: ColumnRequest, column: Int) {
    switch request.empty {
    case .fail:
      if let row = fields.firstEmptyRow {
        fail(
          RowProblem(
            row: row,
            message: "expected a value, got \(fields.isNull(row: row) ? "a null" : "an empty field")"
          ),
          column
        )
      }
    case .dropRow:
      if let first = fields.firstEmptyRow {
        if isDropped.isEmpty { isDropped = [Bool](repeating: false, count: rows) }
        for row in first..<rows where fields.isEmpty(row: row) { isDropped[row] = true }
      }
    case .substitute: break
    }
    do {
      made.append(try fields.made(as: request, threads: threads))
    } catch {
      fail(error, column)
    }
  }

  private mutating func fail(_ problem: RowProblem, _ column: Int) {
    let known = failure.map { ($0.row, $0.column) } ?? (Int.max, Int.max)
    if (problem.row, column) < known { failure = (problem.row, column, problem.message) }
  }

  /// The columns in the order in which they were taken, without the rows that are left out.
  func columns() -> TableColumns {
    let kept = isDropped.isEmpty ? nil : isDropped.indices.filter { !isDropped[$0] }
    return TableColumns(
      columns: made.map { column in kept.map { column.values.rows($0).withoutUnusedNames() } ?? column.values
      },
      rows: kept?.count ?? rows,
      droppedRows: rows - (kept?.count ?? rows),
      namesSince: made.map(\.namesSince)
    )
  }
}

extension ColumnValues {
  /// The same without names that stand in no row.
  func withoutUnusedNames() -> ColumnValues {
    switch self {
    case .names(let codes, let names):
      let used = Self.used(codes, names)
      return .names(codes: used.codes, names: used.names)
    case .lists(let offsets, let codes, let names):
      let used = Self.used(codes, names)
      return .lists(offsets: offsets, codes: used.codes, names: used.names)
    default: return self
    }
  }

  private static func used(_ codes: [Int32], _ names: [String]) -> (codes: [Int32], names: [String]) {
    var places = [Int32](repeating: -1, count: names.count)
    for code in codes { places[Int(code)] = 0 }
    var kept: [String] = []
    for place in names.indices where places[place] == 0 {
      places[place] = Int32(kept.count)
      kept.append(names[place])
    }
    guard kept.count < names.count else { return (codes, names) }
    return (codes.map { places[Int($0)] }, kept)
  }
}
