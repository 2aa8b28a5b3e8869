import Memory

/// What is wrong with the field of a row.
struct RowProblem: Error {
  /// The row, from 0.
  var row: Int
  /// What was expected and what came.
  var message: String
}

/// A column that is asked for: what the file has of it, and as what.
struct WantedParquetColumn {
  var fields: ParquetFields
  var request: ColumnRequest
  /// Its place among the columns of the file.
  var column: Int
}

/// Columns on their way from a Parquet file to a table: rows that are left out, and the first problem.
struct ParquetTable {
  /// The first row at fault, and of its columns the first.
  private(set) var failure: (row: Int, column: Int, message: String)?

  private typealias Made = (values: ColumnValues, namesSince: String?)
  private let rows: Int
  /// Whether a row is left out; empty where none is.
  private var isDropped: [Bool] = []
  private var made: [Made] = []

  /// Makes what is asked for of a file of `rows` rows.
  init(_ wanted: [WantedParquetColumn], rows: Int, threads: Threads) {
    self.rows = rows
    for column in wanted { takeEmptyFields(column) }
    for (column, result) in zip(wanted, Self.results(wanted, threads)) {
      switch result {
      case .success(let values)?: made.append(values)
      case .failure(let problem)?: fail(problem, column.column)
      case nil: break
      }
    }
  }

  /// Makes the columns, side by side where there are as many as threads; else the parts of each are.
  private static func results(
    _ wanted: [WantedParquetColumn],
    _ threads: Threads
  ) -> [Result<Made, RowProblem>?] {
    func result(_ column: WantedParquetColumn) -> Result<Made, RowProblem> {
      Result { () throws(RowProblem) -> Made in
        try column.fields.made(as: column.request, threads: threads)
      }
    }
    guard wanted.count >= threads.count else { return wanted.map(result) }
    var results = [Result<Made, RowProblem>?](repeating: nil, count: wanted.count)
    results.withUnsafeMutableBufferPointer { results in
      threads.forEach(results.count) { results[$0] = result(wanted[$0]) }
    }
    return results
  }

  private mutating func takeEmptyFields(_ column: WantedParquetColumn) {
    guard column.request.empty != .substitute, let first = column.fields.firstEmptyRow else { return }
    if column.request.empty == .fail {
      let got = column.fields.isNull(row: first) ? "a null" : "an empty field"
      let advice = column.request.type == .vector ? "" : dropsAdvice
      return fail(RowProblem(row: first, message: "expected a value, got \(got)\(advice)"), column.column)
    }
    if isDropped.isEmpty { isDropped = [Bool](repeating: false, count: rows) }
    for row in first..<rows where column.fields.isEmpty(row: row) { isDropped[row] = true }
  }

  private mutating func fail(_ problem: RowProblem, _ column: Int) {
    let known = failure.map { ($0.row, $0.column) } ?? (Int.max, Int.max)
    if (problem.row, column) < known { failure = (problem.row, column, problem.message) }
  }

  /// The columns in the order in which they were asked for, without the rows that are left out.
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
