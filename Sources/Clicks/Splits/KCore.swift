/// The rows left when users and items with too few clicks are taken out, again and again until none is left.
struct KCore {
  /// The rows that stay, in their order.
  private(set) var rows: [Int32]
  /// How many times rows were taken out.
  private(set) var rounds = 0
  /// How many users went.
  private(set) var removedUsers = 0
  /// How many items went.
  private(set) var removedItems = 0

  /// Keeps users with at least `minUserClicks` and items with at least `minItemClicks` among `rows`.
  init(_ log: ClickLog, rows: [Int32], minUserClicks: Int, minItemClicks: Int) {
    self.rows = rows
    guard minUserClicks > 1 || minItemClicks > 1 else { return }
    let users = Vocabulary(keysOf: rows.map { log.users[Int($0)] })
    let items = Vocabulary(keysOf: rows.map { log.items[Int($0)] })
    let userOf = users.codes(of: log.users)
    let itemOf = items.codes(of: log.items)
    var userClicks = [Int32](repeating: 0, count: users.size)
    var itemClicks = [Int32](repeating: 0, count: items.size)
    for row in rows {
      userClicks[Int(userOf[Int(row)])] += 1
      itemClicks[Int(itemOf[Int(row)])] += 1
    }
    var before = Int.max
    while self.rows.count < before {
      before = self.rows.count
      // A round judges by the counts at its start, so that the order of rows does not matter.
      let isUserKept = userClicks.map { Int($0) >= minUserClicks }
      let isItemKept = itemClicks.map { Int($0) >= minItemClicks }
      self.rows.removeAll { row in
        let (user, item) = (Int(userOf[Int(row)]), Int(itemOf[Int(row)]))
        guard !isUserKept[user] || !isItemKept[item] else { return false }
        userClicks[user] -= 1
        itemClicks[item] -= 1
        return true
      }
      if self.rows.count < before { rounds += 1 }
    }
    removedUsers = userClicks.dropFirst().count { $0 == 0 }
    removedItems = itemClicks.dropFirst().count { $0 == 0 }
  }
}
