import Clicks
import Files
import Tables

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
  /// The values of each column of the model's context, as text; empty lists for columns that the file lacks.
  let contexts: [[String]]
  /// What is to be said of the file.
  package let notes: [String]

  /// Reads the file at `path` for `saved`; its columns are called as in the log that the model was made of.
  /// - Parameters:
  ///   - user: the column of users; nil for what candidates call it. The column of items likewise.
  ///   - time: the column of times.
  ///   - worth: which events and ratings make a row a click; of its weights nothing is taken.
  ///   - dropsIncompleteRows: whether a row with an empty id or time is left out and told of, not an error.
  /// - Throws: `DataError` where the file cannot be read, lacks a column, holds no click, or counts time in another unit.
  package init(
    path: String,
    for saved: SavedModel,
    user: String? = nil,
    item: String? = nil,
    time: String?,
    worth: ClickWorthOptions = ClickWorthOptions(),
    dropsIncompleteRows: Bool = false,
    threads: Int
  ) throws {
    let empty: EmptyFieldRule = dropsIncompleteRows ? .dropRow : .fail
    let reader = try TableReaders.open(path: path, threads: threads)
    let header = reader.header
    let hasTimes = saved.clock.last > saved.clock.origin || !saved.model.shape.timeWidths.isEmpty
    let wanted =
      [user ?? saved.columns.user, item ?? saved.columns.item] + (hasTimes ? [time ?? "time"] : [])
    for name in wanted where !header.contains(name) {
      throw DataError(
        "new clicks need a column '\(name)', as the log of the model has it"
          + (name == wanted.last && hasTimes ? " (or name it with --time-column)" : "")
          + "; the columns are \(header.joined(separator: ", "))",
        file: path,
        line: 1
      )
    }
    let names = saved.contexts.map(\.name)
    let there = names.filter(header.contains)
    var requests = wanted.prefix(2).map { ColumnRequest(.name($0), as: .name, empty: empty) }
    if hasTimes { requests.append(ColumnRequest(.name(wanted[2]), as: .time, empty: empty)) }
    requests += there.map { ColumnRequest(.name($0), as: .name, empty: .substitute) }
    requests += worth.event.map { [ColumnRequest($0, as: .name, empty: .substitute)] } ?? []
    requests += worth.rating.map { [ColumnRequest($0, as: .real, empty: .substitute)] } ?? []
    let table = try reader.read(requests)
    guard table.rows > 0 else { throw DataError("there are no clicks in it", file: path) }
    file = path
    let first = hasTimes ? 3 : 2
    let (rows, left) = try Self.clicks(
      table.columns.dropFirst(first + there.count),
      of: table.rows,
      worth,
      path
    )
    func kept<Value>(_ values: [Value]) -> [Value] { rows.map { values[$0] } }
    users = kept(try Self.texts(table.columns[0], path))
    items = kept(try Self.texts(table.columns[1], path))
    times = hasTimes ? kept(try Self.times(table.columns[2], saved.clock, of: reader)) : []
    contexts = try names.map { name in
      guard let place = there.firstIndex(of: name) else { return [] }
      return kept(try Self.texts(table.columns[first + place], path))
    }
    let incomplete =
      table.droppedRows > 0
      ? [
        "\(table.droppedRows) rows with an empty user, item or time are left out, as the model's recipe does"
      ] : []
    notes =
      incomplete + left
      + names.filter { !there.contains($0) }.map {
        "'\(path)' has no column '\($0)', so that the context of these clicks is unknown"
      }
  }

  /// The rows that are clicks, by their events and ratings, and what is to be said of the others.
  private static func clicks(
    _ columns: ArraySlice<ColumnValues>,
    of count: Int,
    _ worth: ClickWorthOptions,
    _ file: String
  ) throws -> (rows: [Int], notes: [String]) {
    var (rest, found, notes) = (columns, ClickWorthNotes(), [String]())
    let isKept = worth.clicks(&rest, of: count, notes: &found).isKept
    if let example = found.events.first(where: { $0.weight == nil && $0.rows > 0 })?.name {
      notes.append("\(found.leftOutByEvent) rows of other events, such as '\(example)', are no clicks")
    }
    if found.lowRatings > 0, let lowest = worth.lowestRating {
      notes.append("\(found.lowRatings) rows rated below \(lowest) are no clicks")
    }
    let rows = isKept.indices.filter { isKept[$0] }
    guard !rows.isEmpty else {
      throw DataError("there are no clicks in it: \(notes.joined(separator: "; "))", file: file)
    }
    return (rows, notes)
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
      contexts: contexts.map(kept)
    )
  }

  /// Clicks that are at hand.
  init(file: String, users: [String], items: [String], times: [Int64], contexts: [[String]]) {
    self.file = file
    (self.users, self.items, self.times, self.contexts) = (users, items, times, contexts)
    notes = []
  }

  /// How many there are.
  package var count: Int { users.count }

  static func texts(_ column: ColumnValues, _ file: String) throws -> [String] {
    guard case .names(let codes, let names) = column else {
      throw DataError("a column that should hold ids or values holds something else", file: file)
    }
    return codes.map { names[Int($0)] }
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

/// What is said of items, new and old, as a file has it.
package struct UpdateItems {
  /// The file, for messages.
  let file: String
  /// The ids, as text, each once.
  let ids: [String]
  /// The features of each.
  let features: [[String: FeatureValue]]
  /// What the model's candidates are narrowed by, of each.
  let judged: [[String: FeatureValue]]
  /// What is to be said of the file.
  package let notes: [String]

  /// Reads the file at `path` for `saved`: a column of ids, called as in the log or the item table, columns of features, and those
  /// that candidates are narrowed by.
  /// - Parameters:
  ///   - categoryColumn: what the item table called the category, which may be called that here as well.
  ///   - separator: what parts the values of multi-valued columns.
  /// - Throws: `DataError` where the file cannot be read, lacks the ids, or has an item twice.
  package init(
    path: String,
    for saved: SavedModel,
    idColumn: String?,
    categoryColumn: String? = nil,
    separator: String,
    threads: Int
  ) throws {
    let reader = try TableReaders.open(path: path, threads: threads)
    let id = idColumn ?? saved.columns.item
    guard reader.header.contains(id) else {
      throw DataError(
        "items need a column '\(id)' of ids (or name it with --item-column); the columns are "
          + reader.header.joined(separator: ", "),
        file: path,
        line: 1
      )
    }
    let known = NewItems(saved).columns
    let conditions = saved.search.conditions
    let narrowing = conditions?.names ?? []
    let multi = Set(saved.catalogue.features.multi.map(\.name))
    let names =
      known + narrowing + (known.contains(NewItems.category) ? [categoryColumn].compactMap { $0 } : [])
    let taken = reader.header.filter { $0 != id && names.contains($0) }
    let table = try reader.read(
      [ColumnRequest(.name(id), as: .name)]
        + taken.map { ColumnRequest(.name($0), as: .name, empty: .substitute) }
    )
    file = path
    let ids = try UpdateClicks.texts(table.columns[0], path)
    self.ids = ids
    let columns = try taken.indices.map { try UpdateClicks.texts(table.columns[1 + $0], path) }
    var seen: Set<[UInt8]> = []
    if let row = ids.indices.first(where: { !seen.insert(Array(ids[$0].utf8)).inserted }) {
      throw DataError("row \(row + 1): the item '\(ids[row])' stands here twice", file: path)
    }
    let all = ids.indices.map { row in
      var values: [String: FeatureValue] = [:]
      for (name, column) in zip(taken, columns) {
        let text = column[row]
        values[name] =
          text.isEmpty
          ? FeatureValue.none
          : multi.contains(name)
            ? .list(Self.parts(text, separator).map { .text($0) }) : .text(text)
      }
      if let categoryColumn, let category = values[categoryColumn], !taken.contains(NewItems.category) {
        values[NewItems.category] = category
      }
      return values
    }
    features = all.map { values in values.filter { known.contains($0.key) } }
    judged = all.map { values in values.filter { narrowing.contains($0.key) } }
    func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
    let others = reader.header.filter { $0 != id && !taken.contains($0) }
    let unsaid = conditions?.unsaid(taken) ?? []
    notes =
      (others.isEmpty ? [] : ["the model takes no feature \(list(others)) of '\(path)'"])
      + (unsaid.isEmpty
        ? []
        : [
          "'\(path)' has no column \(list(unsaid)), by which the model narrows its candidates: of new items that counts as empty"
        ])
  }

  /// The parts of a text between separators.
  private static func parts(_ text: String, _ separator: String) -> [String] {
    guard !separator.isEmpty else { return [text] }
    return text.split(separator: separator, omittingEmptySubsequences: true).map(String.init)
  }
}
