import Clicks
import Tables

/// How the recipe of a model reads its log, and which of its rows it takes for clicks.
package struct LogForm: Sendable {
  /// The column of users; nil for what candidates call it. The column of items likewise.
  package var user: ColumnSelector?
  package var item: ColumnSelector?
  /// The column of times; nil where the log has none.
  package var time: ColumnSelector?
  /// Whether that was named for this file, and is not what the recipe says.
  package var isTimeGiven = false
  /// What its file is, and how it is written.
  package var format = TableFormat()
  /// Which events and ratings make a row a click; of its weights nothing is taken.
  package var worth = ClickWorthOptions()
  /// What a click must meet besides.
  package var filters: [RowFilter] = []
  /// Whether a row with an empty id or time is left out and told of, not an error.
  package var dropsIncompleteRows = false
  /// Whether ids are numbers, in whatever way these are written.
  package var idsAreNumbers = false

  /// A log of which nothing is known but what the model says.
  package init() {}
}

/// New clicks for a saved model, as a file has them.
package struct UpdateClicks {
  /// The file, for messages.
  package let file: String
  /// Who clicked, as text, `[clicks]`.
  let users: [String]
  /// What, as text.
  let items: [String]
  /// When, in the model's unit; empty where the model has no times.
  let times: [Int64]
  /// What each click was; empty where the log has no events.
  let events: [String]
  /// The values of each column of the model's context, as text; empty lists for columns that the file lacks.
  let contexts: [[String]]
  /// What is to be said of the file.
  package let notes: [String]

  /// Reads the file at `path` for `saved`; it is written as the log that the model was made of, or as any table that tells by
  /// itself how it is, and its columns are called as in that log.
  /// - Throws: `DataError` where the file cannot be read, lacks a column, holds no click, or counts time in another unit.
  package init(path: String, for saved: SavedModel, _ form: LogForm, threads: Int) throws {
    let columns = try UpdateColumns(path: path, for: saved, form, threads: threads)
    let table = try columns.reader.read(columns.requests)
    guard table.rows > 0 else { throw DataError("there are no clicks in it", file: path) }
    let allTimes = try columns.time.map { try Self.times(table.columns[$0], saved.clock, of: columns.reader) }
    let (rows, left) = try Self.clicks(table, columns, allTimes, saved.clock.unit, form, path)
    func kept<Value>(_ values: [Value]) -> [Value] { rows.map { values[$0] } }
    file = path
    let said = kept(try Self.texts(table.columns[0], path, areNumbers: form.idsAreNumbers))
    users = columns.areSessions ? Self.sessions(said, after: saved) : said
    items = kept(try Self.texts(table.columns[1], path, areNumbers: form.idsAreNumbers))
    times = columns.hasTimes ? kept(allTimes ?? []) : []
    let event = form.worth.event.map { _ in table.columns[columns.worth.lowerBound] }
    events = try event.map { kept(try Self.texts($0, path)) } ?? []
    contexts = try columns.contexts.map { place in
      try place.map { kept(try Self.texts(table.columns[$0], path)) } ?? []
    }
    let incomplete =
      table.droppedRows > 0
      ? [
        "\(table.droppedRows) rows with an empty user, item or time are left out, as the model's recipe does"
      ] : []
    let missing = zip(saved.contexts, columns.contexts).filter { $1 == nil }.map { column, _ in
      "'\(path)' has no column '\(column.name)', so that the context of these clicks is unknown"
    }
    let sessions =
      columns.areSessions ? ["its sessions are new ones, with numbers behind those of the model"] : []
    notes = sessions + incomplete + left + missing
  }

  /// The rows that are clicks, by their events, their ratings and the filters, and what is to be said of the others.
  private static func clicks(
    _ table: TableColumns,
    _ columns: UpdateColumns,
    _ times: [Int64]?,
    _ unit: TimeUnit,
    _ form: LogForm,
    _ file: String
  ) throws -> (rows: [Int], notes: [String]) {
    var (rest, found, notes) = (table.columns[columns.worth], ClickWorthNotes(), [String]())
    var isKept = form.worth.clicks(&rest, of: table.rows, notes: &found).isKept
    if let example = found.events.first(where: { $0.weight == nil && $0.rows > 0 })?.name {
      notes.append("\(found.leftOutByEvent) rows of other events, such as '\(example)', are no clicks")
    }
    if found.lowRatings > 0, let lowest = form.worth.lowestRating {
      notes.append("\(found.lowRatings) rows rated below \(lowest) are no clicks")
    }
    if !form.filters.isEmpty {
      var isMet = [Bool](repeating: false, count: table.rows)
      let log = columns.log(of: table, times, unit)
      for row in try RowFilter.rows(of: log, meeting: form.filters) { isMet[row] = true }
      let count = isMet.indices.count { isKept[$0] && !isMet[$0] }
      if count > 0 {
        notes.append("\(count) rows are left out, as 'split.filter' of the model's recipe does")
      }
      for row in isMet.indices where !isMet[row] { isKept[row] = false }
    }
    let rows = isKept.indices.filter { isKept[$0] }
    guard !rows.isEmpty else {
      throw DataError("there are no clicks in it: \(notes.joined(separator: "; "))", file: file)
    }
    return (rows, notes)
  }

  /// The numbers of a file's sessions, which count its lines, behind those that the model has.
  private static func sessions(_ lines: [String], after saved: SavedModel) -> [String] {
    let last = saved.userNames == nil ? saved.users.last ?? 0 : 0
    return lines.map { line in Int64(line).map { String(last + $0) } ?? line }
  }

  /// These clicks without the rows of which `isKept` says no.
  func keeping(_ isKept: (Int) -> Bool) -> UpdateClicks {
    let rows = users.indices.filter(isKept)
    func kept<Value>(_ values: [Value]) -> [Value] { values.isEmpty ? [] : rows.map { values[$0] } }
    return UpdateClicks(
      file: file,
      users: kept(users),
      items: kept(items),
      times: kept(times),
      events: kept(events),
      contexts: contexts.map(kept)
    )
  }

  /// Clicks that are at hand.
  init(
    file: String,
    users: [String],
    items: [String],
    times: [Int64],
    events: [String] = [],
    contexts: [[String]]
  ) {
    self.file = file
    (self.users, self.items, self.times) = (users, items, times)
    (self.events, self.contexts) = (events, contexts)
    notes = []
  }

  /// How many there are.
  package var count: Int { users.count }
  /// Whether it is known when they were.
  package var haveTimes: Bool { !times.isEmpty }

  /// - Parameter areNumbers: whether ids are brought to one way of writing numbers.
  static func texts(_ column: ColumnValues, _ file: String, areNumbers: Bool = false) throws -> [String] {
    guard case .names(let codes, let names) = column else {
      throw DataError("a column that should hold ids or values holds something else", file: file)
    }
    let written = areNumbers ? names.map { name in wholeNumber(name).map { String($0) } ?? name } : names
    return codes.map { written[Int($0)] }
  }

  private static func times(_ column: ColumnValues, _ clock: RequestClock, of reader: any TableReader) throws
    -> [Int64]
  {
    let file = reader.name
    switch column {
    case .integers(let values):
      for (row, time) in values.enumerated() {
        guard let problem = clock.problem(with: time) else { continue }
        throw DataError(
          "row \(reader.origin(ofRow: row).row + 1): \(problem); bring times to its unit",
          file: file
        )
      }
      return values
    case .moments(let values, let unit):
      return try values.map { value in
        let scaled = Double(value) / Double(unit.ticksPerSecond) * Double(clock.ticksPerSecond)
        guard let time = Int64(exactly: scaled.rounded(.down)) else {
          throw DataError("a time of \(value) \(unit.words) is beyond what the model counts", file: file)
        }
        return time
      }
    default: throw DataError("the column of times holds none", file: file)
    }
  }
}
