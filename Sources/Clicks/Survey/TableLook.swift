import Tables

/// A table of data as its first rows show it.
package struct TableLook: Sendable {
  /// The file, or the files that make one table.
  package let source: TableSource
  /// How it is written.
  package let form: FileForm
  /// The names of its columns, or their numbers.
  package let header: [String]
  /// Its first rows, 200 at most, as text.
  package let rows: [[String]]
  /// What the columns are by their names and first values, as those of a click log.
  package private(set) var guess: ColumnGuess

  /// Looks at a table.
  /// - Throws: `DataError` where it cannot be read, is no table or has no rows.
  package init(_ source: TableSource) throws {
    self.source = source
    form = try FileForm(source)
    let reader = try source.head(form)
    header = reader.header
    rows = try reader.firstRows(200)
    guard !rows.isEmpty else { throw DataError("the file has a header but no rows", file: source.name) }
    guess = guessColumns(header: header, firstRows: rows, of: reader)
  }

  /// The same table with another column for a role.
  package func taking(_ column: Int, for role: ColumnGuess.Role, because reason: String) -> TableLook {
    let taken = ColumnGuess.Column(
      role: role,
      index: column,
      name: header[column],
      reason: reason,
      isNamed: true
    )
    var look = self
    look.guess.columns = guess.columns.map { $0.role == role ? taken : $0 }
    return look
  }

  /// What people are shown of it.
  package var label: String { source.label }

  /// Whether its columns have names that recipes can call them by.
  package var hasNames: Bool { form.kind != .csv || form.delimited.hasHeader }

  /// The first values of a column, those that are empty left out.
  package func sample(_ column: Int) -> [String] {
    rows.compactMap { column < $0.count && !$0[column].isEmpty ? $0[column] : nil }
  }

  /// The different values of a column in all rows, and how many rows have one.
  /// - Throws: `DataError` where the column cannot be read.
  package func ids(_ column: Int, threads: Int) throws -> DistinctIDs {
    let reader = try source.open(form, threads: threads)
    var request = ColumnRequest(reader.selector(at: column), as: .identifier, empty: .dropRow)
    request.allowsLatin1 = true
    return DistinctIDs(try reader.read([request]).columns[0])
  }

  /// What stands in a column, in all rows.
  /// - Throws: `DataError` where it cannot be read.
  package func profile(_ column: Int, threads: Int) throws -> ColumnProfile {
    let reader = try source.open(form, threads: threads)
    var request = ColumnRequest(reader.selector(at: column), as: .integerOrName, empty: .substitute)
    request.allowsLatin1 = true
    let values = try reader.read([request]).columns[0]
    return ColumnProfile(values, name: header[column], number: column + 1, isTime: false)
  }

  /// What the first values of a column are.
  package func sketch(_ column: Int) -> ColumnProfile {
    let names = Array(Set(sample(column))).sorted(by: isBytewiseBefore)
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    let codes = sample(column).compactMap { places[$0] }
    let isTime = guess.column(.time)?.index == column || isNamedLikeTime(header[column])
    return ColumnProfile(
      .names(codes: codes, names: names),
      name: header[column],
      number: column + 1,
      isTime: isTime
    )
  }
}

/// The different ids of a column.
package struct DistinctIDs: Sendable {
  /// The ids as text.
  package let ids: Set<String>
  /// How many rows have one.
  package let rows: Int

  init(_ values: ColumnValues) {
    rows = values.count
    let (keys, names) = values.keys
    ids = Set(names ?? distinctKeys(keys).map { String($0) })
  }

  /// Which share of these ids `other` has, and how alike the two sets are: what both have over what one of them has.
  package func overlap(with other: DistinctIDs) -> (share: Double, likeness: Double) {
    guard !ids.isEmpty, !other.ids.isEmpty else { return (0, 0) }
    let common = Double(ids.intersection(other.ids).count)
    return (common / Double(ids.count), common / (Double(ids.count + other.ids.count) - common))
  }
}
