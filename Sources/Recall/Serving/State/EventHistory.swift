/// What came of one user while a model was served, as the model knows it.
struct EventHistory {
  /// A click.
  struct Click {
    /// The item's key; nil where neither the model nor anybody since knows it.
    var key: Int64?
    var id: String
    var time: Int64
    var contexts: [String: String]
  }

  /// The newest clicks, the oldest of them first.
  var clicks: [Click]
  /// The keys of all items that were clicked, as far as they are known.
  var seen: [Int64]

  /// What was there at `time`: of items that were clicked later as well, those are seen that were clicked before.
  func until(_ time: Int64) -> EventHistory {
    let earlier = clicks.filter { $0.time <= time }
    guard earlier.count < clicks.count else { return self }
    let known = Set(earlier.compactMap(\.key))
    let later = Set(clicks.lazy.filter { $0.time > time }.compactMap(\.key)).subtracting(known)
    return EventHistory(clicks: earlier, seen: seen.filter { !later.contains($0) })
  }
}

/// The keys of clicked items by their numbers, found once for each model and each state of its items.
struct EventItems {
  /// What is behind each number that was asked for; nil for what is not known.
  private var keys: [Int64??] = []

  /// What came of a user, with items found by `find`; nil where nothing came.
  mutating func history(of user: String, in state: ServiceState, _ find: (String) -> Int64?) -> EventHistory?
  {
    guard let own = state.clicks(of: user) else { return nil }
    return EventHistory(
      clicks: own.newest.map { click in
        EventHistory.Click(
          key: key(of: click.item, in: state, find),
          id: state.itemID(click.item),
          time: click.time,
          contexts: click.contexts
        )
      },
      seen: own.items.compactMap { key(of: $0, in: state, find) }
    )
  }

  private mutating func key(of number: Int32, in state: ServiceState, _ find: (String) -> Int64?) -> Int64? {
    let place = Int(number)
    if place >= keys.count { keys += [Int64??](repeating: nil, count: place + 1 - keys.count) }
    if let known = keys[place] { return known }
    let key = find(state.itemID(number))
    keys[place] = .some(key)
    return key
  }
}
