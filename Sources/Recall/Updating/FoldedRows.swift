import Clicks

/// Which rows of a file of new clicks are folded into a saved model: none that it has already, none twice, and none that the
/// rule of its recipe leaves out.
package struct FoldedRows {
  /// What the recipe of a model says of clicks that come again.
  package struct Rules: Sendable {
    /// Which repeated clicks of a user are left out.
    package var deduplication = Deduplication.none
    /// Whether the clicks of its log are of several events, by which the rule tells them apart and which histories do not hold.
    package var hasEvents = false
    /// Whether the clicks of a user are a set, of which none comes last.
    package var areSets = false

    package init() {}
  }

  /// Whether each row is folded in, `[rows]`.
  private(set) var isKept: [Bool]
  /// Whether each is a click that the model has, of which the file says the event.
  private var isKnown: [Bool]
  private let clicks: UpdateClicks
  private let items: [Int64]
  private let rules: Rules

  /// Goes through `clicks`, whose users and items have these keys.
  init(
    _ clicks: UpdateClicks,
    users: [Int64],
    items: [Int64],
    _ known: KnownClicks,
    _ rules: Rules,
    _ counts: inout ModelFold.Counts
  ) {
    (self.clicks, self.items, self.rules) = (clicks, items, rules)
    isKept = [Bool](repeating: true, count: users.count)
    isKnown = [Bool](repeating: false, count: users.count)
    let times = clicks.times
    // As they are folded in: user after user, in the order of time and then of the file.
    let order = users.indices.sorted { a, b in
      (users[a], times.isEmpty ? 0 : times[a], a) < (users[b], times.isEmpty ? 0 : times[b], b)
    }
    var start = 0
    while start < order.count {
      let user = users[order[start]]
      let end = order[start...].firstIndex { users[$0] != user } ?? order.count
      let own = known.clicks(of: user)
      takeOnce(order[start..<end], own, &counts)
      switch rules.deduplication {
      case .none: break
      case .consecutive: takeRuns(order[start..<end], own, &counts)
      case .perUser: takeFirst(order[start..<end], own, &counts)
      }
      start = end
    }
  }

  /// Leaves out what the model or the file has already: of one moment, or of a set. In an order without times a click may be a
  /// further one.
  private mutating func takeOnce(
    _ rows: ArraySlice<Int>,
    _ known: [KnownClicks.Click],
    _ counts: inout ModelFold.Counts
  ) {
    let (times, events) = (clicks.times, clicks.events)
    guard !times.isEmpty || rules.areSets else { return }
    // Histories do not say of which event a click was.
    func click(_ item: Int64, _ time: Int64?) -> Timed { Timed(item: item, time: times.isEmpty ? nil : time) }
    let own = Set(known.map { click($0.item, $0.time) })
    var seen: Set<Row> = []
    for row in rows {
      let timed = click(items[row], times.isEmpty ? nil : times[row])
      let event = times.isEmpty || events.isEmpty ? "" : events[row]
      if own.contains(timed) {
        counts.knownClicks += 1
        isKnown[row] = true
      } else if !seen.insert(Row(click: timed, event: event)).inserted {
        counts.doubledClicks += 1
      } else {
        continue
      }
      isKept[row] = false
    }
  }

  /// Leaves out all but the first click of the user on an item (of an event).
  private mutating func takeFirst(
    _ rows: ArraySlice<Int>,
    _ known: [KnownClicks.Click],
    _ counts: inout ModelFold.Counts
  ) {
    var firsts: [Kind: Int64?] = [:]
    if !rules.hasEvents {
      for click in known.reversed() { firsts[Kind(item: click.item, event: "")] = .some(click.time) }
    }
    for row in rows where isKnown[row] && firsts[kind(row)] == nil {
      firsts[kind(row)] = .some(clicks.times.isEmpty ? nil : clicks.times[row])
    }
    for row in rows where isKept[row] {
      guard let first = firsts[kind(row)] else {
        firsts[kind(row)] = .some(nil)
        continue
      }
      isKept[row] = false
      counts.repeatedClicks += 1
      if let first, !clicks.times.isEmpty, clicks.times[row] < first { counts.earlierClicks += 1 }
    }
  }

  /// Leaves out clicks directly beside another one of the user on the same item (of the same event), among those that the model
  /// has as well: of such a run its own stays, else the first.
  private mutating func takeRuns(
    _ rows: ArraySlice<Int>,
    _ known: [KnownClicks.Click],
    _ counts: inout ModelFold.Counts
  ) {
    /// The last click before; without a row it is the model's own.
    var last: (kind: Kind?, row: Int?)?
    var (next, leftOut): (ArraySlice<KnownClicks.Click>, [Int]) = (known[...], [])
    func take(_ kind: Kind?, _ row: Int?) {
      if let before = last, let kind, before.kind == kind {
        if let row { return leftOut.append(row) }
        if let row = before.row { leftOut.append(row) }
      }
      last = (kind, row)
    }
    for row in rows where isKept[row] || isKnown[row] {
      while let click = next.first, comes(click, before: row) {
        take(ownKind(click), nil)
        next.removeFirst()
      }
      take(kind(row), isKnown[row] ? nil : row)
    }
    if let click = next.first { take(ownKind(click), nil) }
    for row in leftOut { isKept[row] = false }
    counts.repeatedClicks += leftOut.count
  }

  /// Of one moment what the model has comes first; without times all of it does.
  private func comes(_ click: KnownClicks.Click, before row: Int) -> Bool {
    guard let time = click.time, !clicks.times.isEmpty else { return true }
    return time <= clicks.times[row]
  }

  private func kind(_ row: Int) -> Kind {
    Kind(item: items[row], event: rules.hasEvents && !clicks.events.isEmpty ? clicks.events[row] : "")
  }

  /// Nil where it cannot be told of which event a click was.
  private func ownKind(_ click: KnownClicks.Click) -> Kind? {
    rules.hasEvents ? nil : Kind(item: click.item, event: "")
  }

  private struct Timed: Hashable {
    var item: Int64
    /// Nil in sets.
    var time: Int64?
  }

  /// What tells rows of a user apart.
  private struct Row: Hashable {
    var click: Timed
    var event: String
  }

  /// What a click was.
  private struct Kind: Hashable {
    var item: Int64
    var event: String
  }
}
