/// Leaves clicks out on what the same user clicked before.
enum RepeatedClicks {
  private struct Click: Hashable {
    var item: Int64
    /// The code of the event; 0 where the log has none.
    var event: Int32
  }

  /// The rows of `rows` (ascending) that stay by `rule`, ascending.
  ///
  /// Clicks are compared in the order of time, those of equal times in the order of the file.
  static func without(_ rows: [Int32], of log: ClickLog, _ rule: Deduplication) -> [Int32] {
    guard rule != .none else { return rows }
    var events: [Int32]?
    if case .names(let codes, _)? = log.events { events = codes }
    func click(_ row: Int32) -> Click { Click(item: log.items[Int(row)], event: events?[Int(row)] ?? 0) }
    let order = ClickOrder(log, rows: rows)
    var isKept = [Bool](repeating: false, count: log.count)
    for user in order.users.indices {
      let own = order.rows[order.offsets[user]..<order.offsets[user + 1]]
      var seen: Set<Click> = []
      for row in own {
        let click = click(row)
        if rule == .consecutive {
          isKept[Int(row)] = !seen.contains(click)
          seen = [click]
        } else {
          isKept[Int(row)] = seen.insert(click).inserted
        }
      }
    }
    return rows.filter { isKept[Int($0)] }
  }
}
