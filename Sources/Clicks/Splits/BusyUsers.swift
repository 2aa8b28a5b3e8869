import Tables

/// Users with more clicks than a bound.
enum BusyUsers {
  /// The rows of `rows` whose users have `most` of them or fewer.
  /// - Throws: `DataError` where none is left.
  static func without(_ rows: [Int32], of log: ClickLog, most: Int, _ notes: inout SplitNotes) throws
    -> [Int32]
  {
    let users = Vocabulary(keysOf: rows.map { log.users[Int($0)] })
    let codes = rows.map { users.code(of: log.users[Int($0)]) }
    var clicks = [Int](repeating: 0, count: users.size)
    for code in codes { clicks[Int(code)] += 1 }
    let kept = zip(rows, codes).filter { clicks[Int($1)] <= most }.map(\.0)
    notes.busyUsers = clicks.count { $0 > most }
    notes.busyUserClicks = rows.count - kept.count
    guard !kept.isEmpty else {
      throw DataError("every user has more than the \(most) clicks of max_user_clicks: none is left")
    }
    return kept
  }
}
