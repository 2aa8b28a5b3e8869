extension ClickOrder {
  /// Where in each user's clicks the held-out ones begin by `strategy` where only target rows are held out, as places in
  /// `rows`: at one of these, or behind all clicks of who has none. Nil for a split by time, which cuts at one moment
  /// whatever was clicked, and by items, at random or none, which cut nowhere.
  /// - Parameter isTarget: of each row of the log, `[rows]`.
  func cuts(_ strategy: SplitStrategy, _ isTarget: [Bool]) -> [Int]? {
    switch strategy {
    case .time, .items, .random, .nothing: return nil
    case .lastClick, .leaveLast, .ratio: break
    }
    return users.indices.map { user in
      let range = offsets[user]..<offsets[user + 1]
      let targets = range.filter { isTarget[Int(rows[$0])] }
      let wanted =
        switch strategy {
        case .lastClick, .time, .items, .random, .nothing: 1
        case .leaveLast(let count): count
        case .ratio(let share): max(1, DecimalShare.floor(share, of: targets.count))
        }
      return targets.suffix(wanted).first ?? range.upperBound
    }
  }
}
