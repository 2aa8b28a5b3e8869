import Clicks
import Files
import Report
import Tables

/// Which of several files is the click log, which the item table and which the user table, and why.
struct StarterTables {
  /// A table beside the log.
  struct Side {
    var look: TableLook
    /// The place of the column of ids.
    var id: Int
    /// Why the file was taken for that, and the column.
    var reason: String
  }

  private(set) var log: TableLook
  private(set) var items: Side?
  private(set) var users: Side?
  /// The clicks that others held out to test on.
  private(set) var test: TableLook?
  /// The tables that are none of these.
  private(set) var others: [TableLook] = []
  /// Why each of these is not used.
  private(set) var reasons: [String] = []
  /// What was chosen and what was left out, a line each.
  private(set) var notes: [String] = []
  private let threads: Int

  /// Chooses among tables.
  /// - Throws: `DataError` where one that is named cannot be read, or none can be a click log as it is.
  init(_ choice: StarterChoice, threads: Int) throws {
    self.threads = threads
    var looks: [TableLook] = []
    for source in choice.tables {
      do { looks.append(try TableLook(source)) } catch let error as DataError {
        // In a folder, what is no table is left out; what is named must be one.
        guard choice.isFound(source) else { throw error }
        notes.append("left out: \(error)")
      }
    }
    log = try choice.clicks.map { try TableLook($0) } ?? Self.chooseLog(looks, &notes)
    if let marked = MarkedClicks(log) { throw marked.error }
    let rest = looks.filter { $0.source.written != log.source.written }
    let named = try choice.items.map { try TableLook($0) }
    try takeItems(of: named.map { [$0] } ?? rest)
    items = named.map { side($0, .items) }
    users = try choice.users.map { try side(TableLook($0), .users) }
    test = try choice.test.map { try TableLook($0) }
    if let test, let problem = whyNotTest(test) {
      throw DataError("cannot be the clicks to test on: \(problem)", file: test.source.name)
    }
    try chooseTables(chooseTest(among: rest))
  }

  /// The log's column for a role.
  private func column(_ role: ColumnGuess.Role) throws -> Int {
    guard let column = log.guess.column(role) else {
      throw DataError(
        "no column can be the \(role.rawValue); a click log needs two columns at least",
        file: log.source.name
      )
    }
    return column.index
  }

  // MARK: The log

  /// Takes another column of the log for the items where no table has the one that was guessed, and one of items has that other
  /// one, with most of its ids.
  private mutating func takeItems(of looks: [TableLook]) throws {
    guard log.hasNames, let item = log.guess.column(.item),
      !looks.contains(where: { $0.header != log.header && $0.header.contains(item.name) })
    else { return }
    let taken = log.guess.columns.filter { $0.role != .category }.map(\.index)
    for look in looks where look.hasNames && FileNameWords.score(look.source.written[0], .items) >= 0 {
      guard let own = look.guess.column(.item), own.isNamed,
        let column = log.header.firstIndex(of: own.name), !taken.contains(column),
        let ids = try? look.ids(own.index, threads: threads), 2 * ids.ids.count >= ids.rows
      else { continue }
      let guessed = try log.ids(item.index, threads: threads).overlap(with: ids).share
      let share = try log.ids(column, threads: threads).overlap(with: ids).share
      guard share > 0.5, share > guessed else { continue }
      log = log.taking(column, for: .item, because: "the item table has its ids")
      return
    }
  }

  private static func chooseLog(_ looks: [TableLook], _ notes: inout [String]) throws -> TableLook {
    let scored = looks.map { ($0, logScore($0)) }.sorted { $0.1 > $1.1 }
    guard let (best, _) = scored.first else {
      throw DataError("there is no click log among the files; name one with --clicks")
    }
    guard scored.count > 1 else { return best }
    notes.append("\(best.label) is taken for the click log: \(logReason(best))")
    let others = scored.dropFirst().filter { $0.1 >= 3 && !FileNameWords.isTest($0.0.source.written[0]) }
      .map(\.0.label)
    if !others.isEmpty {
      notes.append(
        "\(others.joined(separator: ", ")) may be a click log too; choose with --clicks FILE"
      )
    }
    return best
  }

  /// How much a file looks like a click log: 3 and more where its columns say so.
  private static func logScore(_ look: TableLook) -> Double {
    var score = 2 * FileNameWords.score(look.source.written[0], .log)
    if FileNameWords.isAside(look.source.written[0]) { score -= 1 }
    switch look.form.kind {
    case .sequences, .sessions: score += 3
    case .json: score -= 5
    default:
      if look.header.count < 2 { score -= 5 }
      if look.guess.isOfClicks { score += 3 }
      // Users stand in many rows of a log, and once in a table of them.
      let first = look.sample(0)
      if first.count >= 20, Set(first).count == first.count { score -= look.guess.isOfClicks ? 0 : 2 }
    }
    var size = look.form.size
    while size > 1 {
      size /= 2
      score += 0.05
    }
    return score
  }

  private static func logReason(_ look: TableLook) -> String {
    var reasons: [String] = []
    if FileNameWords.score(look.source.written[0], .log) > 0 { reasons.append("its name says so") }
    if look.form.kind == .sequences || look.form.kind == .sessions {
      reasons.append("it holds sequences of ids")
    } else if look.guess.isOfClicks {
      reasons.append(
        "it has a user, an item\(look.guess.column(.time) == nil ? "" : " and a time") in each row"
      )
    }
    return reasons.isEmpty ? "it is the most like one" : reasons.joined(separator: ", and ")
  }

  // MARK: The clicks to test on

  /// Takes a file that is called test and written as the log is, as sets that others have split are, and gives the others.
  private mutating func chooseTest(among looks: [TableLook]) -> [TableLook] {
    if test == nil {
      test = looks.first { FileNameWords.isTest($0.source.written[0]) && whyNotTest($0) == nil }
      if let test {
        notes.append(
          "\(test.label) is taken for the clicks to test on: its name says so, and it is written as the log is"
        )
      }
    }
    return looks.filter { $0.source.written != test?.source.written }
  }

  /// What keeps a file from being read by the settings of the log, which a split by files reads it by.
  private func whyNotTest(_ look: TableLook) -> String? {
    let words = "it is \(FormText.words(look.form)), and \(log.label) is \(FormText.words(log.form))"
    if log.form.kind == .sequences {
      // Where each user has as many items, lists look like a table.
      let isOfLists =
        look.form.kind == .sequences || (look.form.kind == .csv && !look.form.delimited.hasHeader)
      return isOfLists && look.form.delimited.delimiter == log.form.delimited.delimiter ? nil : words
    }
    guard look.form.kind == log.form.kind, look.form.delimited == log.form.delimited else { return words }
    let missing = log.guess.columns.filter { $0.role != .category && !look.header.contains($0.name) }
    guard let column = missing.first else { return nil }
    return "it has no column \(quotedBytes(column.name.utf8)), as \(log.label) has"
  }

  // MARK: The tables

  private func side(_ look: TableLook, _ role: FileNameWords.Role) -> Side {
    let (index, reason) = idColumn(look, role)
    return Side(look: look, id: index, reason: reason)
  }

  /// The column of ids of a table, and why it is taken for that.
  private func idColumn(_ look: TableLook, _ role: FileNameWords.Role) -> (index: Int, reason: String) {
    let wanted: ColumnGuess.Role = role == .items ? .item : .user
    // A column that is called as the log's is the same ids.
    if look.hasNames, log.hasNames, let logged = log.guess.column(wanted),
      let index = look.header.firstIndex(of: logged.name)
    {
      return (index, "it is called as in the log")
    }
    if let column = look.guess.column(wanted), column.isNamed { return (column.index, column.reason) }
    if let index = look.header.firstIndex(where: { ["id", "key"].contains($0.lowercased()) }) {
      return (index, "its name says id")
    }
    return (0, "it is the first column")
  }

  private mutating func chooseTables(_ looks: [TableLook]) throws {
    guard !looks.isEmpty, items == nil || users == nil else {
      others = looks
      reasons = looks.map { _ in "the item table and the user table are others" }
      return
    }
    let logged = [
      FileNameWords.Role.items: try log.ids(try column(.item), threads: threads),
      .users: try log.ids(try column(.user), threads: threads),
    ]
    let roles = [FileNameWords.Role.items, .users].filter { $0 == .items ? items == nil : users == nil }
    var candidates: [Candidate] = []
    var misfits: [[String]: [Misfit]] = [:]
    for look in looks {
      for role in roles {
        guard let ids = logged[role] else { continue }
        switch candidate(look, role, ids) {
        case .success(let candidate): candidates.append(candidate)
        case .failure(let misfit): misfits[look.source.written, default: []].append(misfit)
        }
      }
    }
    var taken: Set<[String]> = []
    for candidate in candidates.sorted(by: { $0.score > $1.score })
    where !taken.contains(candidate.side.look.source.written) {
      if candidate.role == .items, items == nil {
        items = candidate.side
      } else if candidate.role == .users, users == nil {
        users = candidate.side
      } else {
        continue
      }
      taken.insert(candidate.side.look.source.written)
      notes.append(
        "\(candidate.side.look.label) is taken for the \(candidate.role.rawValue): \(candidate.reason)"
      )
    }
    others = looks.filter { !taken.contains($0.source.written) }
    reasons = others.map { look in
      let own = misfits[look.source.written] ?? []
      return own.count < roles.count
        ? "its ids are those of the log, and another table is taken" : Self.words(look, own)
    }
  }

  /// Why a table is none of those that are looked for.
  private static func words(_ look: TableLook, _ misfits: [Misfit]) -> String {
    guard look.header.count > 1 else {
      return "it has one column, as far as what stands between its fields can be told"
    }
    let columns = misfits.map { quotedBytes($0.column.utf8) }
    guard Set(columns).count > 1 else {
      return (columns.first ?? "") + " has " + misfits.map(\.what).joined(separator: " and ")
    }
    return zip(columns, misfits).map { "\($0) has \($1.what)" }.joined(separator: ", and ")
  }

  private struct Candidate {
    var role: FileNameWords.Role
    var side: Side
    var score: Double
    var reason: String
  }

  /// What the column that ids would be in has in place of them.
  private struct Misfit: Error {
    var column: String
    var what: String
  }

  /// A table as the one for `role`; no such one where its ids come again and again, or are hardly any of the log's.
  private func candidate(_ look: TableLook, _ role: FileNameWords.Role, _ logged: DistinctIDs)
    -> Result<Candidate, Misfit>
  {
    let side = side(look, role)
    let thing = role == .items ? "items" : "users"
    func misfit(_ what: String) -> Result<Candidate, Misfit> {
      .failure(Misfit(column: look.header[side.id], what: what))
    }
    // The numbers of items may be those of users too.
    let other = log.guess.column(role == .items ? .user : .item)
    if look.hasNames, let other, other.isNamed, other.name == look.header[side.id] {
      return misfit("no \(thing) by its name")
    }
    guard let own = try? look.ids(side.id, threads: threads), own.rows > 0 else {
      return misfit("no \(thing) that can be read")
    }
    let (share, likeness) = logged.overlap(with: own)
    let percent = NumberFormat.percent(share)
    guard share >= 0.3 else {
      return misfit("\(share == 0 ? "none" : percent) of the \(thing) of the log")
    }
    guard 2 * own.ids.count >= own.rows else {
      return misfit("the \(thing) of the log in several rows each")
    }
    // Of an item the last row holds; a user has one.
    guard role == .items || own.ids.count == own.rows else {
      return misfit("some users in several rows")
    }
    let name = FileNameWords.score(look.source.written[0], role)
    let named = look.guess.column(role == .items ? .item : .user)?.isNamed == true ? 0.5 : 0
    let reason =
      "\(quotedBytes(look.header[side.id].utf8)) has \(percent) of the \(thing) of the log"
      + (name > 0 ? ", and its name says so" : "")
    return .success(
      Candidate(role: role, side: side, score: share + likeness / 2 + name + named, reason: reason)
    )
  }
}

/// The tables that a starter recipe is made of.
package struct StarterChoice: Sendable {
  /// Those of which it is not said what they are.
  let tables: [TableSource]
  /// Arrays of NumPy, which may be vectors of items.
  let arrays: [TableSource]
  /// The click log, the item table and the user table, where they are said.
  let clicks: TableSource?
  let items: TableSource?
  let users: TableSource?
  /// The clicks to test on, where they are said.
  let test: TableSource?
  /// What a recipe for them may be called: the folder that was named, or the click log where it is said.
  let name: String?
  /// Those that stand for themselves on the command line, and not in a folder.
  private let named: Set<String>

  /// Collects what is named and what is in folders that are.
  /// - Throws: `DataError` where something is missing, or a folder holds nothing that can be read.
  package init(
    _ arguments: [String],
    clicks: String? = nil,
    items: String? = nil,
    users: String? = nil,
    test: String? = nil,
    notes: (String) -> Void = { _ in }
  ) throws {
    let found = try SurveyTables(arguments, joinsFiles: true, notes: notes).tables
    self.clicks = try clicks.map { try SurveyTables.table($0) }
    self.items = try items.map { try SurveyTables.table($0) }
    self.users = try users.map { try SurveyTables.table($0) }
    self.test = try test.map { try SurveyTables.table($0) }
    named = Set(arguments)
    let said = [self.clicks, self.items, self.users, self.test].compactMap { $0 }.flatMap(\.files).map {
      FilePaths.real($0.path)
    }
    let rest = found.filter { source in !source.files.contains { said.contains(FilePaths.real($0.path)) } }
    tables = rest.filter { !$0.isArray }
    arrays = rest.filter(\.isArray)
    name =
      arguments.count == 1 && FilePaths.isFolder(arguments[0])
      ? FilePaths.name(of: FilePaths.absolute(arguments[0])) : nil
    if tables.isEmpty, clicks == nil { throw DataError("name the click log, or a folder that it is in") }
  }

  func isFound(_ source: TableSource) -> Bool { !source.written.contains { named.contains($0) } }
}
