import Clicks
import Tables
import Recipe
import Report

/// What the report shows of a split.
struct SplitReport {
  let split: SplitData
  let notes: SplitNotes
  /// Events to be held out that no click has.
  let absentTargets: [String]
  let log: ClickLog
  /// The file that was tested on, where there is one.
  let test: TestLog?
  let names: (user: String, item: String)

  var blocks: [Block] {
    var blocks: [Block] = [.table(counts)]
    if split.history.users.count == 1 {
      let text = "There is one user only: nothing that is measured here says anything about others."
      blocks.append(.note(kind: .warning, text: text))
    }
    if split.heldOut.users.isEmpty {
      let text = """
        All clicks are learned from, and so nothing of this model was measured: what it is worth, a run of the same recipe \
        says that holds clicks out.
        """
      blocks.append(.note(kind: .note, text: text))
    }
    if let values = split.facts.unmatchedValues, !values.isEmpty {
      let shown = values.map(MarkdownText.code).joined(separator: ", ")
      blocks.append(.note(kind: .warning, text: "No click has \(shown), which the filter asks for."))
    }
    blocks += Self.warning(ofAbsent: absentTargets)
    if let test { blocks += strangers(test) + shared(test) }
    if split.facts.seesFuture {
      blocks.append(
        .note(
          kind: .note,
          text: """
            Some clicks in the history are later than some that are held out, so that training sees the future of \
            others; how much, `eval` says. For an estimate of what a live system would do, use `strategy: time`.
            """
        )
      )
    }
    blocks += audit
    if let historyLengths { blocks.append(.plot(historyLengths)) }
    blocks.append(.table(head(split.history, name: "history", caption: "The first clicks of the history.")))
    guard !split.heldOut.users.isEmpty else { return blocks }
    blocks.append(.table(head(split.heldOut, name: "held_out", caption: "The first held-out clicks.")))
    return blocks
  }

  /// Ids of the test file that the log does not have, and such as differ from its ids in form only.
  private func strangers(_ test: TestLog) -> [Block] {
    var blocks: [Block] = []
    func add(_ what: String, _ learned: [Int64], _ tested: [Int64], _ names: [String]?, _ strange: [String]) {
      let (known, found) = (Vocabulary(keysOf: learned), distinctKeys(tested))
      let unknown = found.filter { !known.contains($0) }
      guard !unknown.isEmpty else { return }
      let examples = unknown.prefix(3).map { key in
        let place = key < 0 ? Int(-1 - key) : strange.count
        return MarkdownText.code(place < strange.count ? strange[place] : ClickLog.id(key, names))
      }
      let most = Double(unknown.count) > 0.5 * Double(found.count)
      let learnedNumbers = Set(
        distinctKeys(learned).prefix(10_000).compactMap { wholeNumber(ClickLog.id($0, names)) }
      )
      let asNumbers = unknown.prefix(1000).contains { key in
        let place = key < 0 ? Int(-1 - key) : strange.count
        return wholeNumber(place < strange.count ? strange[place] : ClickLog.id(key, names)).map(
          learnedNumbers.contains
        ) ?? false
      }
      let hint =
        most && asNumbers ? " As numbers they match: set data.ids to integer, or write both in one way." : ""
      let text =
        "\(NumberFormat.grouped(unknown.count)) of \(NumberFormat.grouped(found.count)) \(what) in \(test.files.name) are not "
        + "in the clicks to learn from: \(examples.joined(separator: ", "))\(unknown.count > 3 ? ", …" : "").\(hint)"
      blocks.append(.note(kind: most ? .warning : .note, text: text))
    }
    add("users", log.users, test.log.users, log.userNames, test.strange.users)
    add("items", log.items, test.log.items, log.itemNames, test.strange.items)
    blocks += NameTwins.warning("users", in: (log.userNames ?? []) + test.strange.users)
    blocks += NameTwins.warning("items", in: (log.itemNames ?? []) + test.strange.items)
    return blocks
  }

  private var counts: Table {
    let facts = split.facts
    var rows: [[Table.Cell]] = [
      [.text("History"), .int(split.history.users.count), .int(split.history.clickCount)],
      [.text("Held out"), .int(split.heldOut.users.count), .int(split.heldOut.clickCount)],
    ]
    if let validation = split.validation {
      rows.append([
        .text("Held out for validation"), .int(validation.users.count), .int(validation.clickCount),
      ])
    }
    func add(_ text: String, users: Int?, clicks: Int?) {
      guard (users ?? 0) > 0 || (clicks ?? 0) > 0 else { return }
      rows.append([.text(text), users.map { .int($0) } ?? .empty, clicks.map { .int($0) } ?? .empty])
    }
    add(
      "Left out: no click before the held-out ones",
      users: facts.usersWithoutHistory,
      clicks: facts.clicksWithoutHistory
    )
    add("Rows of the test file without an id or time, left out", users: nil, clicks: facts.droppedRows)
    add("Left out: not drawn", users: facts.usersNotSampled, clicks: notes.unsampledClicks)
    add("Learned from, not drawn to be tested", users: facts.usersNotTested, clicks: nil)
    add(
      "Left out: would be held out of users not drawn to be tested",
      users: nil,
      clicks: notes.untestedClicks
    )
    add("Left out by the filter", users: nil, clicks: facts.filteredClicks)
    add("Left out as repeated clicks", users: nil, clicks: notes.repeatedClicks)
    add("Left out: more than max_user_clicks", users: notes.busyUsers, clicks: notes.busyUserClicks)
    add(
      "Left out: of another event or counting 0, after a held-out click",
      users: nil,
      clicks: notes.otherEventClicks
    )
    add(
      "Of another event or counting 0, after a click held out for validation: seen by requests of the test alone",
      users: nil,
      clicks: split.afterValidation?.clickCount
    )
    add("Left out by the k-core", users: facts.coreUsers, clicks: facts.coreClicks)
    if !split.heldOut.users.isEmpty {
      add("With nothing held out", users: facts.usersWithoutHeldOut, clicks: nil)
    }
    return Table(
      name: "counts",
      columns: [.init("Part"), .init("Users", .trailing), .init("Clicks", .trailing)],
      rows: rows
    )
  }

  private func head(_ sequences: UserSequences, name: String, caption: String) -> Table {
    var columns: [Table.Column] = [.init(names.user, .trailing), .init(names.item, .trailing)]
    if sequences.times != nil { columns.append(.init("time", .trailing)) }
    var rows: [[Table.Cell]] = []
    for user in sequences.users.indices where rows.count < 5 {
      for click in sequences.range(user) where rows.count < 5 {
        var row: [Table.Cell] = [
          .text(log.userID(sequences.users[user])), .text(split.itemID(sequences.items[click], in: log)),
        ]
        if let times = sequences.times { row.append(.text("\(times[click])")) }
        rows.append(row)
      }
    }
    return Table(name: name, caption: caption, columns: columns, rows: rows)
  }
}

extension NameTwins {
  /// A warning where ids among `names` differ in form only.
  package static func warning(_ what: String, in names: [String]) -> [Block] {
    let (count, examples) = all(in: names)
    guard let example = examples.first else { return [] }
    func bytes(_ name: String) -> String { name.utf8.map { String($0, radix: 16) }.joined(separator: " ") }
    let text = """
      \(NumberFormat.grouped(count)) \(what) look like another one and are other bytes: \(MarkdownText.code(example.first)) is \
      \(bytes(example.first)) and \(bytes(example.second)). They count as different; bring the files to one Unicode form \
      if they are not.
      """
    return [.note(kind: .warning, text: text)]
  }
}
