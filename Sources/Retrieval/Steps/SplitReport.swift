import Report

/// What the report shows of a split.
struct SplitReport {
  let split: SplitData
  let log: ClickLog
  let names: (user: String, item: String)

  var blocks: [Block] {
    var blocks: [Block] = [.table(counts)]
    if split.history.users.count == 1 {
      let text = "There is one user only: nothing that is measured here says anything about others."
      blocks.append(.note(kind: .warning, text: text))
    }
    if split.facts.seesFuture {
      blocks.append(
        .note(
          kind: .note,
          text: """
            Some clicks in the history are later than some that are held out, so training sees a little of the \
            future. For an estimate of what a live system would do, use `strategy: time`.
            """
        )
      )
    }
    blocks.append(.table(head(split.history, caption: "The first clicks of the history.")))
    blocks.append(.table(head(split.heldOut, caption: "The first held-out clicks.")))
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
    add("Left out: not drawn", users: facts.usersNotSampled, clicks: nil)
    add("Learned from, not drawn to be tested", users: facts.usersNotTested, clicks: nil)
    add("Left out by the filter", users: nil, clicks: facts.filteredClicks)
    add("Left out by the k-core", users: facts.coreUsers, clicks: facts.coreClicks)
    add("With nothing held out", users: facts.usersWithoutHeldOut, clicks: nil)
    return Table(columns: [.init("Part"), .init("Users", .trailing), .init("Clicks", .trailing)], rows: rows)
  }

  private func head(_ sequences: UserSequences, caption: String) -> Table {
    var columns: [Table.Column] = [.init(names.user, .trailing), .init(names.item, .trailing)]
    if sequences.times != nil { columns.append(.init("time", .trailing)) }
    var rows: [[Table.Cell]] = []
    for user in sequences.users.indices where rows.count < 5 {
      for click in sequences.range(user) where rows.count < 5 {
        var row: [Table.Cell] = [
          .text(log.userID(sequences.users[user])), .text(log.itemID(sequences.items[click])),
        ]
        if let times = sequences.times { row.append(.text("\(times[click])")) }
        rows.append(row)
      }
    }
    return Table(caption: caption, columns: columns, rows: rows)
  }
}
