import Tables

/// What a file of data holds, found by reading all of it.
package struct TableSurvey: Sendable, Equatable {
  /// How the file is written.
  package let form: FileForm
  /// How many rows it has.
  package let rows: Int
  /// Its columns, in the order of the file.
  package let columns: [ColumnProfile]
  /// How many rows have the same values in all columns as one before them.
  package let doubledRows: Int
  /// What the clicks in it are, where users and items can be told; nil in a table of something else.
  package let clicks: ClickSurvey?
  /// Which columns were taken for user, item and time, and why.
  package let guess: ColumnGuess

  /// Columns that whoever asks names.
  package struct Roles: Sendable, Equatable {
    package var user: ColumnSelector?
    package var item: ColumnSelector?
    package var time: ColumnSelector?

    /// None is named.
    package init() {}
  }

  /// Reads a table, some columns at a time, so that those in memory take about half a gigabyte at most, or one column where
  /// it alone takes more.
  /// - Throws: `DataError` where it cannot be read, or has no column that `roles` names.
  package init(
    _ source: TableSource,
    form: FileForm? = nil,
    roles: Roles = Roles(),
    threads: Int = 1
  ) throws {
    let form = try form ?? FileForm(source)
    self.form = form
    let reader = try source.open(form, threads: threads)
    let guess = try Self.guess(reader, roles)
    self.guess = guess
    var pass = SurveyPass(reader, guess, isDelimited: form.kind == .csv)
    try pass.readAll()
    (rows, columns) = (pass.rows, pass.profiles)
    doubledRows = pass.doubledRows
    clicks = pass.clicks
  }

  /// Which columns are user, item and time: those that are named, else those that names or values tell.
  private static func guess(_ reader: any TableReader, _ roles: Roles) throws -> ColumnGuess {
    let found = guessColumns(header: reader.header, firstRows: try reader.firstRows(100))
    let named = try [(ColumnGuess.Role.user, roles.user), (.item, roles.item), (.time, roles.time)].compactMap
    {
      role,
      selector in
      try selector.map { selector in
        let index = try reader.index(of: selector)
        return ColumnGuess.Column(
          role: role,
          index: index,
          name: reader.header[index],
          reason: "as you say",
          isNamed: true
        )
      }
    }
    let taken = named.map(\.index)
    let rest = found.columns.filter { column in
      !taken.contains(column.index) && !named.contains { $0.role == column.role }
    }
    // A table of items has no users, and its second column is none.
    let isLog =
      named.contains { $0.role == .user || $0.role == .item } || found.isOfClicks
      || reader.header == ["user", "item"]
    let others = isLog ? rest : rest.filter(\.isNamed)
    let all = named + others
    return ColumnGuess(
      columns: ColumnGuess.Role.allCases.compactMap { role in all.first { $0.role == role } }
    )
  }
}

extension ColumnGuess {
  /// Whether the table is one of clicks: names tell users and items, or there are no names, and a column looks like times.
  package var isOfClicks: Bool {
    guard let user = column(.user), let item = column(.item) else { return false }
    if user.isNamed && item.isNamed { return true }
    return column(.time).map { !$0.isNamed } ?? false
  }
}
