/// The clicks of many users, each user's in the order of time, one user after another.
package struct UserSequences: Sendable, Equatable {
  /// The users, ascending and distinct, `[users]`.
  package var users: [Int64]
  /// `offsets[u]..<offsets[u + 1]` is the range of user `u`'s clicks, `[users + 1]`.
  package var offsets: [Int]
  /// The items clicked, `[clicks]`.
  package var items: [Int64]
  /// When they were clicked, in the log's unit, `[clicks]`; nil where the log has no times.
  package var times: [Int64]?
  /// Which row of the log each click is, `[clicks]`, for context columns.
  package var rows: [Int32]
  /// What each click counts, 0 or more, `[clicks]`; nil where all count 1.
  package var weights: [Float]?

  /// Makes sequences from their parts.
  package init(
    users: [Int64],
    offsets: [Int],
    items: [Int64],
    times: [Int64]?,
    rows: [Int32],
    weights: [Float]? = nil
  ) {
    precondition(offsets.count == users.count + 1 && offsets.last == items.count)
    precondition(rows.count == items.count && times?.count ?? items.count == items.count)
    precondition(weights?.count ?? items.count == items.count)
    self.users = users
    self.offsets = offsets
    self.items = items
    self.times = times
    self.rows = rows
    self.weights = weights
  }

  /// The number of clicks of all users together.
  package var clickCount: Int { items.count }

  /// The range of the clicks of the user at place `user`.
  package func range(_ user: Int) -> Range<Int> { offsets[user]..<offsets[user + 1] }

  /// The place of the user with this key, or nil.
  package func place(of user: Int64) -> Int? {
    var low = 0
    var high = users.count
    while low < high {
      let middle = (low + high) / 2
      if users[middle] < user { low = middle + 1 } else { high = middle }
    }
    return low < users.count && users[low] == user ? low : nil
  }
}
