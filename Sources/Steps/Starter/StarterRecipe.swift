import Clicks
import Files
import Recipe
import Report
import Tables

/// A commented recipe for files of data: what they are and what their columns are is guessed from them.
package struct StarterRecipe {
  /// What was guessed and why, a line each.
  package let guesses: [String]
  /// What a recipe for them may be called, without an ending: the folder, or the click log.
  package let name: String
  let log: TableLook
  let logGuess: LogGuess
  let items: StarterTable?
  let users: StarterTable?
  let vectors: StarterVectors?
  /// The clicks that others held out to test on.
  let test: TableLook?
  /// What the flags of the item table are called, where another file says so.
  let flagNames: FlagNames?

  /// Whether users' items are sets, as was said.
  let isOfSets: Bool
  /// Whether sets are of so many users that an embedding of each helps: `StarterCells`.
  let hasManyUsers: Bool

  /// Looks at the tables.
  /// - Parameter isOfSets: whether users' items are in no order, whatever stands in the files.
  /// - Throws: `DataError` where one that is named cannot be read or has no rows, or no user and item can be told.
  package init(_ choice: StarterChoice, isOfSets: Bool = false, threads: Int = 1) throws {
    self.isOfSets = isOfSets
    let tables = try StarterTables(choice, threads: threads)
    let log = tables.log
    for role in [ColumnGuess.Role.user, .item] where log.guess.column(role) == nil {
      throw DataError(
        "no column can be the \(role.rawValue); a click log needs two columns at least",
        file: log.source.name
      )
    }
    let items = try tables.items.map { try StarterTable($0, threads: threads) }
    let users = try tables.users.map { try StarterTable($0, isOfItems: false, threads: threads) }
    (self.log, self.items, self.users) = (log, items, users)
    hasManyUsers = try isOfSets && Self.countUsers(log, threads) >= StarterCells.manyUsers
    logGuess = try LogGuess(log, threads: threads)
    test = tables.test
    flagNames = items.flatMap { FlagNames($0, tables.others) }
    let vectors = try StarterVectors.found(choice.arrays, log, items, threads: threads)
    self.vectors = vectors.chosen
    let named = flagNames?.look.label
    let unused = zip(tables.others, tables.reasons).filter { $0.0.label != named }.map {
      "\($0.label) is not used: \($1)"
    }
    let all =
      tables.notes + (flagNames.map { [$0.note] } ?? []) + vectors.notes + unused
      + Self.guesses(of: log, logGuess, isOfSets) + (items.map { $0.guesses(.item) } ?? [])
      + (users.map { $0.guesses(.user) } ?? []) + Self.ids(log, items, users)
    guesses = all
    name = choice.name.flatMap { $0.isEmpty ? nil : $0 } ?? Self.name(of: log.source)
  }

  /// `clicks` for `data/clicks.csv.gz` or `data/clicks/day=*`.
  private static func name(of source: TableSource) -> String {
    let path = source.written[0].split(separator: "/").filter { !$0.contains("=") }.joined(separator: "/")
    var name = FilePaths.name(of: path).filter { !"*?[]".contains($0) }
    while name != FilePaths.stem(of: name) { name = FilePaths.stem(of: name) }
    while let last = name.last, "-_".contains(last) { name.removeLast() }
    return name.isEmpty ? "recipe" : name
  }

  private static func countUsers(_ log: TableLook, _ threads: Int) throws -> Int {
    guard let column = log.guess.column(.user) else { return 0 }
    return try log.ids(column.index, threads: threads).ids.count
  }

  // MARK: What is said of the guesses

  private static func guesses(of log: TableLook, _ more: LogGuess, _ isOfSets: Bool) -> [String] {
    let roles = log.guess.columns.filter { $0.role != .category }.map {
      ($0.role.rawValue, $0.name, $0.reason)
    }
    var others: [(String, String, String)] = []
    if let events = more.events { others.append(("event", log.header[events.index], events.reason)) }
    if let rating = more.rating { others.append(("rating", log.header[rating.index], rating.reason)) }
    if let weight = more.weight { others.append(("weight", log.header[weight.index], weight.reason)) }
    if let shown = more.impressions { others.append(("impressions", log.header[shown.index], shown.reason)) }
    return (roles + others).map { "\(log.label): \($0) is \(quotedBytes($1.utf8)): \($2)" }
      + (log.guess.column(.time) == nil && !isOfSets ? [noTime(log)] : []) + timesOfDay(log)
  }

  /// What is lost where the time of day stands in a column of its own, beside that of the day.
  private static func timesOfDay(_ log: TableLook) -> [String] {
    guard let day = log.guess.column(.time) else { return [] }
    return log.header.indices.compactMap { index in
      let sample = log.sample(index).filter { !$0.isEmpty }
      guard index != day.index, let first = sample.first, sample.allSatisfy(isTimeOfDay) else { return nil }
      return
        "\(log.label): \(quotedBytes(log.header[index].utf8)) holds times of day, such as \(quotedBytes(first.utf8)), "
        + "which are not read: clicks of one time in \(quotedBytes(day.name.utf8)) stay in the order of the file; write both into "
        + "one column, as in 2017-10-03T11:19:30, if the log is not sorted"
    }
  }

  /// Whether it reads as an hour with minutes, and seconds or none: "7:05", "23:59:59.250".
  private static func isTimeOfDay(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else { return false }
    return zip(parts, [24.0, 60, 61]).enumerated().allSatisfy { place, part in
      let digits = place == 2 ? part.0.split(separator: ".", maxSplits: 1)[...] : [part.0]
      return digits.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
        && part.0.utf8.count <= 12
        && (Double(part.0).map { $0 < part.1 } ?? false)
    }
  }

  /// Why the order of the file is taken for the order of time.
  private static func noTime(_ log: TableLook) -> String {
    let taken = "the order of the file is taken for time"
    if log.form.kind == .sequences || log.form.kind == .sessions {
      return "\(log.label): sequences have no times; the order of a line is taken for time"
    }
    guard let (name, value) = namedLikeTime(header: log.header, firstRows: log.rows) else {
      return "\(log.label): no column looks like a time; \(taken)"
    }
    let (column, example) = (quotedBytes(name.utf8), quotedBytes(value.utf8))
    return
      "\(log.label): \(column) is called like a time, and \(example) is neither a number, such as seconds "
      + "since 1970, nor a date, such as 2017-10-03; \(taken)"
  }

  /// How ids will be read, and why.
  private static func ids(_ log: TableLook, _ items: StarterTable?, _ users: StarterTable?) -> [String] {
    func columns(_ role: ColumnGuess.Role, _ table: StarterTable?) -> [[String]] {
      (log.guess.column(role).map { [log.sample($0.index)] } ?? [])
        + (table.map { [$0.look.sample($0.id)] } ?? [])
    }
    let names = [("users", columns(.user, users)), ("items", columns(.item, items))].map { what, samples in
      (what: what, name: samples.joined().first { $0.isName(in: .identifier) })
    }
    let integers = names.filter { $0.name == nil }.map(\.what)
    let texts = names.compactMap { what, name in
      name.map { "ids of \(what) are read as text, since there is \(quotedBytes($0.utf8))" }
    }
    guard !integers.isEmpty else { return texts }
    return texts + [
      "ids of \(integers.joined(separator: " and ")) look like integers, and are read as such where all of them are"
    ]
  }

  // MARK: The columns

  /// The columns of the files that the recipe reads, with what their first rows hold and what they are taken for.
  package var columns: String {
    var text = Self.heading(log)
    let sketches = log.header.indices.map { log.sketch($0) }
    var roles: [Int: String] = [:]
    for column in log.guess.columns where column.role != .category {
      roles[column.index] = column.role.rawValue
    }
    for (key, _) in log.source.files.flatMap(\.partitions) {
      if let index = log.header.firstIndex(of: key), roles[index] == nil { roles[index] = "of its path" }
    }
    if let events = logGuess.events { roles[events.index] = "event" }
    if let rating = logGuess.rating { roles[rating.index] = "rating" }
    if let weight = logGuess.weight { roles[weight.index] = "weight" }
    if let shown = logGuess.impressions { roles[shown.index] = "impressions" }
    text += Self.render(sketches, roles)
    for table in [items, users].compactMap({ $0 }) {
      text += "\n" + Self.heading(table.look) + Self.render(table.survey.columns, table.roles)
    }
    return text
  }

  private static func heading(_ look: TableLook) -> String {
    SurveyText.wrapped("\(look.label): \(FormText.words(look.form))", 80) + "\n"
  }

  private static func render(_ columns: [ColumnProfile], _ roles: [Int: String]) -> String {
    var rows: [(name: String, kind: String, role: String, examples: String)] = []
    var place = 0
    while place < columns.count {
      let column = columns[place]
      // Flags are many, and one is as the other.
      let flags = columns.indices[place...].prefix { roles[$0] == "flag" }
      if flags.count > 3 {
        let name = "\(column.name) to \(columns[flags.endIndex - 1].name)"
        rows.append((name, column.kind.rawValue, "\(flags.count) flags", "0, 1"))
        place += flags.count
        continue
      }
      let role = roles[place] ?? ""
      let examples = column.examples.map { column.kind == .text ? "'\($0)'" : $0 }.joined(separator: ", ")
      let kind = role == "time" ? ColumnProfile.Kind.time : column.kind
      rows.append((column.name, kind.rawValue, role, examples))
      place += 1
    }
    func width(_ text: (Int) -> String, _ title: String) -> Int {
      rows.indices.reduce(title.count) { max($0, text($1).count) }
    }
    let names = min(width({ rows[$0].name }, "column"), 24)
    let left = names + width({ rows[$0].kind }, "type") + width({ rows[$0].role }, "taken for") + 6
    return TextTableRenderer.render(
      Table(
        columns: [.init("column"), .init("type"), .init("taken for"), .init("examples")],
        rows: rows.map { row in
          [
            .text(SurveyText.cut(row.name, 24)), .text(row.kind), .text(row.role),
            .text(SurveyText.cut(row.examples, max(16, 80 - left))),
          ]
        }
      )
    )
  }
}

/// A table beside the log, all of it looked at.
struct StarterTable {
  let look: TableLook
  /// The place of the ids.
  let id: Int
  let reason: String
  let survey: TableSurvey
  let features: FeatureGuess

  init(_ side: StarterTables.Side, isOfItems: Bool = true, threads: Int) throws {
    (look, id, reason) = (side.look, side.id, side.reason)
    survey = try TableSurvey(look.source, form: look.form, threads: threads)
    features = FeatureGuess(
      survey,
      id: id,
      category: look.guess.column(.category)?.index,
      hasNames: look.hasNames,
      hasTitle: isOfItems
    )
  }

  func guesses(_ role: ColumnGuess.Role) -> [String] {
    let ids = "\(look.label): \(role.rawValue) is \(quotedBytes(look.header[id].utf8)): \(reason)"
    let named = [("category", features.category), ("title", features.title)].compactMap { what, column in
      column.map { "\(look.label): \(what) is \(quotedBytes($0.profile.name.utf8)): \($0.reason)" }
    }
    return [ids] + (role == .item ? named : [])
  }

  /// What columns are taken for, by their places.
  var roles: [Int: String] {
    var roles = [id: "id"]
    let lists: [(String, [FeatureGuess.Column])] = [
      ("title", features.title.map { [$0] } ?? []), ("category", features.category.map { [$0] } ?? []),
      ("few values", features.categories), ("flag", features.flags), ("number", features.numbers),
      ("several values", features.tags), ("text", features.texts), ("time", features.times),
      ("vectors", features.vectors),
    ]
    for (role, columns) in lists {
      for column in columns { roles[column.profile.number - 1] = role }
    }
    return roles
  }
}
