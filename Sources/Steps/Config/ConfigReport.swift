import Clicks
import Tables
import Recipe
import Report

/// What the report shows of the data: counts, how ids and times were read, the first rows.
struct ConfigReport {
  let data: ConfigArtifact
  /// How the files were read; nil for made-up clicks.
  let notes: ReadingNotes?
  /// The files, and how many rows of each were read.
  let files: [FileRows]
  let columnNames: (user: String, item: String)
  /// Whether items have categories.
  let hasCategories: Bool
  /// What looks wrong with the clicks.
  var audit: [Block] = []

  private var log: ClickLog { data.log }
  private var items: ItemTable.Facts { data.items.facts }

  func blocks(users: Int, clicked: Int) -> [Block] {
    var rows: [[Table.Cell]] = [
      [.text("Clicks"), .int(log.count)], [.text("Users"), .int(users)],
      [.text("Items clicked"), .int(clicked)],
      [.text("Items in the catalogue"), .int(data.items.count)],
    ]
    func add(_ text: String, _ count: Int) {
      if count > 0 { rows.append([.text(text), .int(count)]) }
    }
    add("Items clicked that the item table lacks", items.clickedButMissing)
    add("Rows without an id or time, left out", log.droppedRows)
    add("Rows whose event does not count, left out", notes?.worth.leftOutByEvent ?? 0)
    add("Rows rated too low, left out", notes?.worth.lowRatings ?? 0)
    add("Clicks that count 0, which are no targets", notes?.worth.weightlessRows ?? 0)
    add("Rows of the item table without an id, left out", items.droppedRows)
    add("Rows of the item table that repeat an item, the last of which holds", items.repeatedRows)
    add("Items of the table whose rows have different values", items.contradictedItems)
    if let users = data.users {
      rows.append([.text("Users in the user table"), .int(users.keys.count)])
      add("Users of the log that the user table lacks", users.missingUsers)
      add("Clicks of these users", users.missingClicks)
      add("Rows of the user table without an id, left out", users.droppedRows)
    }
    if let vectors = notes?.vectors {
      rows.append([.text("Items with a pretrained vector"), .int(vectors.items)])
      add("Pretrained vectors of no item", vectors.strangers)
    }
    var blocks: [Block] = [
      .table(Table(name: "counts", columns: [.init("Data"), .init("Count", .trailing)], rows: rows))
    ]
    blocks += FileTables.blocks(files)
    if let notes { blocks += worth(notes.worth) + reading(notes) + warnings(notes, clicked: clicked) }
    blocks += audit
    blocks.append(.table(DataTables.head(of: log, names: columnNames)))
    blocks.append(
      .table(DataTables.head(of: data.items, itemName: columnNames.item, hasCategories: hasCategories))
    )
    return blocks
  }

  /// How ids and times were read, and why.
  private func reading(_ notes: ReadingNotes) -> [Block] {
    var text =
      "Of this log \(ids("users", log.userNames, since: notes.userNamesSince)); "
      + "\(ids("items", log.itemNames, since: notes.itemNamesSince))."
    if let span = log.times?.extremes {
      text += " Times count \(log.timeUnit.words), from \(span.least) to \(span.greatest)."
    }
    return [.prose(text)]
  }

  private func ids(_ what: String, _ names: [String]?, since name: String?) -> String {
    guard names != nil else { return "ids of \(what) are integers" }
    return "ids of \(what) are text" + (name.map { ", since there is \(MarkdownText.code($0))" } ?? "")
  }

  private func words(_ mixed: MixedTimes) -> String {
    let which =
      mixed.count == 1
      ? "The time of 1 click is" : "The times of \(NumberFormat.grouped(mixed.count)) clicks are"
    return """
      \(which) read as \(log.timeUnit.words), as `columns.time_unit` says, and would be \(mixed.unit.words) by size: the first \
      is \(mixed.time) in row \(NumberFormat.grouped(mixed.row + 1)) of \(MarkdownText.code(mixed.file)). Bring all times to one unit.
      """
  }

  /// What times before 1990 come to, and what they look like.
  private func words(early span: (least: Int64, greatest: Int64)) -> String {
    func moments(_ unit: TimeUnit, _ seconds: Int64 = 1) -> String {
      "\(unit.text(span.least * seconds)) to \(unit.text(span.greatest * seconds))"
    }
    let usual: Range<Int64> = 631_152_000..<4_102_444_800
    let units: [(name: String, seconds: Int64)] = [("days", 86_400), ("hours", 3_600), ("minutes", 60)]
    let coarse = units.first { _, seconds in
      log.timeUnit == .seconds && usual.contains(span.least * seconds)
        && usual.contains(span.greatest * seconds)
    }
    let other = coarse.map { "; as \($0.name) they would lie from \(moments(.seconds, $0.seconds))" } ?? ""
    return """
      Times are taken for \(log.timeUnit.words) since 1970 by their size, and lie from \(moments(log.timeUnit))\(other). Bring \
      them to seconds since 1970; where they are \(log.timeUnit.words), set `columns.time_unit` to \(log.timeUnit.rawValue).
      """
  }

  /// What times before 1980 come to that say themselves what they count.
  private func words(earlyMoments span: (least: Int64, greatest: Int64)) -> String {
    """
    All times lie before 1980, from \(log.timeUnit.text(span.least)) to \(log.timeUnit.text(span.greatest)). Timestamps and dates say \
    themselves what they count, and numbers with a fraction are taken for seconds since 1970: where these are days or hours, or were \
    written in another unit than the file says, bring them to seconds since 1970.
    """
  }

  /// A warning where ids among `names` are what programs write for no value.
  /// - Parameter keys: the ids of the clicks, as places in `names`.
  private static func warning(ofMissing what: String, in names: [String], _ keys: [Int64]) -> [Block] {
    let words: Set<String> = ["nan", "null", "none", "na", "n/a", "#n/a", "<na>", "nil", "\\n"]
    let missing = names.indices.filter { words.contains(names[$0].lowercased()) }
    guard let first = missing.first else { return [] }
    let places = Set(missing.map(Int64.init))
    let clicks = keys.count { places.contains($0) }
    guard clicks > 0 else { return [] }
    let text = """
      \(NumberFormat.grouped(clicks)) clicks are of the \(what) \(MarkdownText.code(names[first])), which programs write where there is \
      none: it counts as one \(what). Leave these rows out, or leave the field empty and set `drop_incomplete`.
      """
    return [.note(kind: .warning, text: text)]
  }

  private func warnings(_ notes: ReadingNotes, clicked: Int) -> [Block] {
    var blocks: [Block] = []
    if items.clickedButMissing > 0 {
      let examples = notes.missingItems.map(MarkdownText.code).joined(separator: ", ")
      let share = Double(items.clicksOnMissing) / Double(log.count)
      let text = """
        The item table lacks \(NumberFormat.grouped(items.clickedButMissing)) of \(NumberFormat.grouped(clicked)) items that \
        were clicked, such as \(examples), on which \(NumberFormat.percent(share)) of the clicks are.
        """
      blocks.append(.note(kind: share >= 0.01 ? .warning : .note, text: text))
    }
    if items.contradictedItems > 0 {
      let text = """
        \(NumberFormat.grouped(items.contradictedItems)) items stand more than once in the item table, with different \
        values; the last row of each holds.
        """
      blocks.append(.note(kind: .warning, text: text))
    }
    if let values = notes.headerOfValues {
      let text = """
        The first line of the click log, which is its header, reads \(MarkdownText.code(values)) in the columns of user, item and \
        time, as a click would. Set `data.header` to false if the file has none.
        """
      blocks.append(.note(kind: .warning, text: text))
    }
    if let mixed = notes.mixedTimes {
      blocks.append(.note(kind: .warning, text: words(mixed)))
    } else if let extremes = log.times.flatMap(log.timeUnit.strangers) {
      let text = """
        The times of \(NumberFormat.grouped(extremes.count)) clicks, such as \(extremes.example), lie before the year 2001 or \
        after 2286, where those of the others do not: is that what stands for an unknown time?
        """
      blocks.append(.note(kind: .warning, text: text))
    }
    if notes.hasEarlyTimes, let span = log.times?.extremes {
      blocks.append(.note(kind: .warning, text: words(early: span)))
    }
    if notes.hasEarlyMoments, let span = log.times?.extremes {
      blocks.append(.note(kind: .warning, text: words(earlyMoments: span)))
    }
    blocks += Self.warning(ofMissing: "user", in: log.userNames ?? [], log.users)
    blocks += Self.warning(ofMissing: "item", in: log.itemNames ?? [], log.items)
    blocks += NameTwins.warning("users", in: log.userNames ?? [])
    return blocks + NameTwins.warning("items", in: log.itemNames ?? [])
  }
}
