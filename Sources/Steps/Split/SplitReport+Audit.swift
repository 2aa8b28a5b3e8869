import Clicks
import Report

extension SplitReport {
  /// What looks odd about the clicks of a split, where something does.
  var audit: [Block] { [ties, repeats, lateItems].compactMap { $0 } }

  /// A warning where no click has some of the events that `targets` asks for.
  static func warning(ofAbsent targets: [String]) -> [Block] {
    guard !targets.isEmpty else { return [] }
    let shown = targets.map(MarkdownText.code).joined(separator: ", ")
    return [.note(kind: .warning, text: "No click has the event \(shown), which `targets` asks for.")]
  }

  /// A warning where clicks of the test file stand in the log that is learned from too: by user, item and, where there are any,
  /// time and event. Without times a user may have clicked an item again, so that only most of the clicks say something.
  func shared(_ test: TestLog) -> [Block] {
    struct Click: Hashable {
      var item: Int64
      var time: Int64?
      var event: String?
    }
    func click(_ clicks: UserSequences, _ place: Int, of log: ClickLog) -> Click {
      var event: String?
      if case .names(let codes, let names)? = log.events {
        event = names[Int(codes[Int(clicks.rows[place])])]
      }
      return Click(item: clicks.items[place], time: clicks.times?[place], event: event)
    }
    let (seen, heldOut) = (split.requestHistory, split.heldOut)
    var count = 0
    var example: (user: Int64, click: Int)?
    for user in heldOut.users.indices {
      guard let place = seen.place(of: heldOut.users[user]) else { continue }
      let known = Set(seen.range(place).map { click(seen, $0, of: log) })
      for place in heldOut.range(user) where known.contains(click(heldOut, place, of: test.log)) {
        count += 1
        if example == nil { example = (heldOut.users[user], place) }
      }
    }
    guard let example, heldOut.times != nil || 2 * count > heldOut.clickCount else { return [] }
    let item = split.itemID(heldOut.items[example.click], in: log)
    let moment = heldOut.times.map { " at \($0[example.click])" } ?? ""
    let text = """
      \(NumberFormat.grouped(count)) of \(NumberFormat.grouped(heldOut.clickCount)) held-out clicks of \(test.files.name) \
      stand in the log that is learned from too, such as that of user \(MarkdownText.code(log.userID(example.user))) on \
      \(MarkdownText.code(item))\(moment): what is asked for was learned. Leave them out of one of the two.
      """
    return [.note(kind: .warning, text: text)]
  }

  /// Clicks whose order the file alone says.
  private var ties: Block? {
    guard notes.tiedClicks > 0 else { return nil }
    let share = Double(notes.tiedClicks) / Double(max(1, notes.orderedClicks))
    let text = """
      \(NumberFormat.grouped(notes.tiedClicks)) clicks (\(NumberFormat.percent(share))) have the same time as another click \
      of their user: which of them comes first, and so may be held out, is by the order of the file.
      """
    return .note(kind: share >= 0.01 ? .warning : .note, text: text)
  }

  /// Held-out clicks on what the same user clicked before.
  private var repeats: Block? {
    let (seen, heldOut) = (split.requestHistory, split.heldOut)
    var count = 0
    for user in heldOut.users.indices {
      guard let place = seen.place(of: heldOut.users[user]) else { continue }
      let items = Set(seen.items[seen.range(place)])
      count += heldOut.items[heldOut.range(user)].count { items.contains($0) }
    }
    guard count > 0 else { return nil }
    let share = Double(count) / Double(heldOut.clickCount)
    let text = """
      \(NumberFormat.grouped(count)) of \(NumberFormat.grouped(heldOut.clickCount)) held-out clicks \
      (\(NumberFormat.percent(share))) are on items that their user had clicked before.
      """
    return .note(kind: .note, text: text)
  }

  /// Held-out clicks on items that nobody clicked before the moment of a split by time.
  private var lateItems: Block? {
    guard let cutoff = split.facts.cutoff, let times = log.times else { return nil }
    var early: [Int64] = []
    for (item, time) in zip(log.items, times) where time < cutoff { early.append(item) }
    let known = Vocabulary(keysOf: early)
    let late = distinctKeys(log.items).filter { !known.contains($0) }
    guard !late.isEmpty else { return nil }
    let clicks = split.heldOut.items.count { !known.contains($0) }
    let share = Double(clicks) / Double(split.heldOut.clickCount)
    let text = """
      \(NumberFormat.grouped(late.count)) items were first clicked at or after the cut; \
      \(NumberFormat.percent(share)) of the held-out clicks are on them, of which nothing can be learned from clicks.
      """
    return .note(kind: .note, text: text)
  }
}
