import Tables

/// Reads the multi-valued columns and the pretrained vectors of a table.
struct ListReading {
  private let reader: any TableReader
  private let table: TableColumns

  init(_ reader: any TableReader, _ table: TableColumns) {
    self.reader = reader
    self.table = table
  }

  /// What is asked of the file: multi-valued columns, then flags, then vectors.
  static func requests(_ options: ItemTableOptions) -> [ColumnRequest] {
    requests(options.lists, options.separator)
      + options.flags.flatMap(\.columns).map { ColumnRequest($0, as: .integer, empty: .substitute) }
      + (options.vectors.map { [ColumnRequest($0, as: .vector)] } ?? [])
  }

  /// What is asked for multi-valued columns alone.
  static func requests(_ lists: [ColumnSelector], _ separator: UInt8?) -> [ColumnRequest] {
    lists.map { ColumnRequest($0, as: .names(separator: separator), empty: .substitute) }
  }

  /// The columns, one value a row of the file, where the first of those asked for is column `first` of the table.
  /// - Throws: `DataError` where a flag is neither 0 nor 1, or a vector holds something that is no number.
  func columns(_ options: ItemTableOptions, _ rowVectors: LogColumn?, from first: Int) throws -> (
    lists: [LogColumn], vectors: LogColumn?
  ) {
    var next = first
    var lists: [LogColumn] = []
    for selector in options.lists {
      lists.append(LogColumn(name: try name(selector), values: try list(next, selector)))
      next += 1
    }
    for flags in options.flags {
      lists.append(try self.flags(flags, from: next))
      next += flags.columns.count
    }
    guard let selector = options.vectors else {
      return (lists, try rowVectors.map(checkedRows))
    }
    guard case .vectors(let values, let width) = table.columns[next] else {
      throw DataError("the column '\(selector)' holds no vectors", file: reader.name)
    }
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw DataError(
        "the vector in row \(bad / max(width, 1) + 1) of the column '\(selector)' holds \(values[bad]), which is no "
          + "finite number",
        file: reader.name
      )
    }
    return (lists, LogColumn(name: try name(selector), values: table.columns[next]))
  }

  private func name(_ selector: ColumnSelector) throws -> String {
    reader.header[try reader.index(of: selector)]
  }

  /// The lists of column `column`.
  func list(_ column: Int, _ selector: ColumnSelector) throws -> ColumnValues {
    guard case .lists = table.columns[column] else {
      throw DataError("the column '\(selector)' holds no lists of names", file: reader.name)
    }
    return table.columns[column]
  }

  private func flags(_ flags: FlagColumns, from first: Int) throws -> LogColumn {
    let names = try flags.columns.map(name)
    let order = names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
    var columns: [[Int64]] = []
    for place in order {
      guard case .integers(let values) = table.columns[first + place] else { continue }
      if let row = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        throw DataError(
          "the flag '\(names[place])' is \(values[row]) in row \(row + 1), where 0 or 1 is expected; leave the column out "
            + "of item_columns.flags",
          file: reader.name
        )
      }
      columns.append(values)
    }
    var (offsets, codes): ([Int], [Int32]) = ([0], [])
    for row in 0..<table.rows {
      for (code, values) in columns.enumerated() where values[row] == 1 { codes.append(Int32(code)) }
      offsets.append(codes.count)
    }
    return LogColumn(
      name: flags.name,
      values: .lists(offsets: offsets, codes: codes, names: order.map { names[$0] })
    )
  }

  /// Vectors in the order of the file's rows must be as many as these.
  private func checkedRows(_ vectors: LogColumn) throws -> LogColumn {
    guard vectors.values.count == table.rows, table.droppedRows == 0 else {
      let dropped = table.droppedRows > 0 ? ", and \(table.droppedRows) without an id that were left out" : ""
      throw DataError(
        "there are \(vectors.values.count) vectors in the order of its rows, and \(table.rows) rows\(dropped); name the "
          + "vectors' ids in data.vector_ids",
        file: reader.name
      )
    }
    return vectors
  }
}
