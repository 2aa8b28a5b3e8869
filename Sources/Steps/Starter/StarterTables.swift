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
  /// What was chosen and what was left out, a line each.
  private(set) var notes: [String] = []
  private let threads: Int

  /// Chooses among files.
  /// - Throws: `DataError` where a file that is named cannot be read, or none can be a click log.
  init(_ choice: StarterChoice, threads: Int) throws {
    self.threads = threads
    var looks: [TableLook] = []
    for path in choice.files {
      do { looks.append(try TableLook(path: path)) } catch let error as DataError {
        // In a folder, what is no table is left out; what is named must be one.
        guard choice.isFound(path) else { throw error }
        notes.append("left out: \(error)")
      }
    }
    let named = Set([choice.items, choice.users].compactMap { $0 })
    if let clicks = choice.clicks {
      log = try TableLook(path: clicks)
    } else {
      log = try Self.chooseLog(looks.filter { !named.contains($0.path) }, &notes)
    }
    let rest = looks.filter { $0.path != log.path && !named.contains($0.path) }
    items = try choice.items.map { try side(TableLook(path: $0), .items) }
    users = try choice.users.map { try side(TableLook(path: $0), .users) }
    try chooseTables(rest)
  }

  /// The log's column for a role.
  private func column(_ role: ColumnGuess.Role) throws -> Int {
    guard let column = log.guess.column(role) else {
      throw DataError(
        "no column can be the \(role.rawValue); a click log needs two columns at least",
        file: log.path
      )
    }
    return column.index
  }

  // MARK: The log

  private static func chooseLog(_ looks: [TableLook], _ notes: inout [String]) throws -> TableLook {
    let scored = looks.map { ($0, logScore($0)) }.sorted { $0.1 > $1.1 }
    guard let (best, _) = scored.first else {
      throw DataError("there is no click log among the files; name one with --clicks")
    }
    guard scored.count > 1 else { return best }
    notes.append("\(best.path) is taken for the click log: \(logReason(best))")
    let others = scored.dropFirst().filter { $0.1 >= 3 }.map(\.0.path)
    if !others.isEmpty {
      notes.append(
        "\(others.joined(separator: ", ")) may be a click log too; choose with --clicks FILE"
      )
    }
    return best
  }

  /// How much a file looks like a click log: 3 and more where its columns say so.
  private static func logScore(_ look: TableLook) -> Double {
    var score = 2 * FileNameWords.score(look.path, .log)
    if FileNameWords.isAside(look.path) { score -= 1 }
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
    if FileNameWords.score(look.path, .log) > 0 { reasons.append("its name says so") }
    if look.form.kind == .sequences || look.form.kind == .sessions {
      reasons.append("it holds sequences of ids")
    } else if look.guess.isOfClicks {
      reasons.append(
        "it has a user, an item\(look.guess.column(.time) == nil ? "" : " and a time") in each row"
      )
    }
    return reasons.isEmpty ? "it is the most like one" : reasons.joined(separator: ", and ")
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
      return notes += looks.map { "\($0.path) is not used" }
    }
    let logged = [
      FileNameWords.Role.items: try log.ids(try column(.item), threads: threads),
      .users: try log.ids(try column(.user), threads: threads),
    ]
    var candidates: [Candidate] = []
    for look in looks {
      for role in [FileNameWords.Role.items, .users] where role == .items ? items == nil : users == nil {
        guard let ids = logged[role] else { continue }
        candidates += try candidate(look, role, ids).map { [$0] } ?? []
      }
    }
    var taken: Set<String> = []
    for candidate in candidates.sorted(by: { $0.score > $1.score })
    where !taken.contains(candidate.side.look.path) {
      if candidate.role == .items, items == nil {
        items = candidate.side
      } else if candidate.role == .users, users == nil {
        users = candidate.side
      } else {
        continue
      }
      taken.insert(candidate.side.look.path)
      notes.append(
        "\(candidate.side.look.path) is taken for the \(candidate.role.rawValue): \(candidate.reason)"
      )
    }
    let unused = looks.filter { !taken.contains($0.path) }
    notes += unused.map {
      "\($0.path) is not used: no column of it has the ids of the log's items or users once each"
    }
  }

  private struct Candidate {
    var role: FileNameWords.Role
    var side: Side
    var score: Double
    var reason: String
  }

  /// A table as the one for `role`: nil where its ids come again and again, or are hardly any of the log's.
  private func candidate(_ look: TableLook, _ role: FileNameWords.Role, _ logged: DistinctIDs) throws
    -> Candidate?
  {
    let side = side(look, role)
    guard let own = try? look.ids(side.id, threads: threads), own.rows > 0 else { return nil }
    let (share, likeness) = logged.overlap(with: own)
    guard share >= 0.3, 2 * own.ids.count >= own.rows else { return nil }
    let name = FileNameWords.score(look.path, role)
    let named = look.guess.column(role == .items ? .item : .user)?.isNamed == true ? 0.5 : 0
    let thing = role == .items ? "items" : "users"
    let reason =
      "\(quotedBytes(look.header[side.id].utf8)) has \(NumberFormat.percent(share)) of the \(thing) of the log"
      + (name > 0 ? ", and its name says so" : "")
    return Candidate(role: role, side: side, score: share + likeness / 2 + name + named, reason: reason)
  }
}

/// The files that a starter recipe is made of, and what of them is said.
package struct StarterChoice: Sendable {
  /// All files, those for which a role is said among them.
  package var files: [String]
  /// Those among them that stand for themselves on the command line, and not in a folder.
  package var named: Set<String>
  /// The click log, the item table and the user table, where they are said.
  package var clicks: String?
  package var items: String?
  package var users: String?

  /// Collects the files that are named and those in folders that are.
  /// - Throws: `DataError` where something is missing, or a folder holds nothing that can be read.
  package init(
    _ arguments: [String],
    clicks: String? = nil,
    items: String? = nil,
    users: String? = nil,
    notes: (String) -> Void = { _ in }
  ) throws {
    let found = try SurveyFiles(arguments, notes: notes).paths
    (self.clicks, self.items, self.users) = (clicks, items, users)
    named = Set(arguments)
    let said = [clicks, items, users].compactMap { $0 }
    let real = Set(said.map(FilePaths.real))
    files = found.filter { !real.contains(FilePaths.real($0)) }
    if files.isEmpty, clicks == nil { throw DataError("name the click log, or a folder that it is in") }
  }

  func isFound(_ path: String) -> Bool { !named.contains(path) }
}
