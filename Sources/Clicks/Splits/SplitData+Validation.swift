import Memory

extension SplitData {
  /// Takes the newest history click of every tested user who has two or more out of the history, to choose
  /// settings by: nothing of the test is looked at for that.
  /// - Parameter isTarget: whether each row of the log may be held out, `[rows]`; nil for all. Of the target clicks it is
  ///   then the newest one that another click comes before; what comes after it is seen at the test only.
  package mutating func holdOutNewestForValidation(of isTarget: [Bool]? = nil) {
    let (users, tested) = (history.users, heldOut)
    holdOutNewest(of: isTarget) { tested.place(of: users[$0]) != nil }
  }

  /// Takes the newest history click of a share of the users with two or more out of the history, one user at least;
  /// the others keep theirs.
  ///
  /// Users are drawn as NumPy draws them, `choice(users, size, replace=False)` over the ascending users with two
  /// clicks or more, from the stream `"validation"` of the seed.
  /// - Parameters:
  ///   - share: above 0 and below 1; of so many users the nearest whole number is taken.
  ///   - isTarget: as for the other rule; users without such a click are not drawn.
  package mutating func holdOutNewestForValidation(share: Double, seed: Int, of isTarget: [Bool]? = nil) {
    let candidates = history.users.indices.filter { validationPlace(of: $0, isTarget) != nil }
    let size = min(candidates.count, max(1, DecimalShare.rounded(share, of: candidates.count)))
    var generator = NumpyGenerator(seed: seed, stream: "validation")
    var isDrawn = [Bool](repeating: false, count: history.users.count)
    for place in generator.choice(candidates.count, size: size) { isDrawn[candidates[place]] = true }
    holdOutNewest(of: isTarget) { isDrawn[$0] }
  }

  /// The place in the history of the click of `user` that can be held out: the newest target click but their first click.
  private func validationPlace(of user: Int, _ isTarget: [Bool]?) -> Int? {
    let range = history.range(user)
    guard range.count > 1 else { return nil }
    guard let isTarget else { return range.upperBound - 1 }
    return range.dropFirst().last { isTarget[Int(history.rows[$0])] }
  }

  /// Takes the newest click of the users, by their places in the history, that `isChosen` and who have two or more.
  private mutating func holdOutNewest(of isTarget: [Bool]?, where isChosen: (Int) -> Bool) {
    var kept = UserSequences.empty(like: history)
    var held = UserSequences.empty(like: history)
    var after = UserSequences.empty(like: history)
    kept.offsets.reserveCapacity(history.offsets.count)
    for user in history.users.indices {
      let range = history.range(user)
      let key = history.users[user]
      let cut = isChosen(user) ? validationPlace(of: user, isTarget) : nil
      kept.append(key, [(history, range.lowerBound..<(cut ?? range.upperBound))])
      guard let cut else { continue }
      held.append(key, [(history, cut..<cut + 1)])
      if cut + 1 < range.upperBound { after.append(key, [(history, cut + 1..<range.upperBound)]) }
    }
    history = kept
    validation = held
    afterValidation = after.users.isEmpty ? nil : after
  }

  /// The clicks a request at test time sees: the history, what was held out for validation and what came after that, in the
  /// order of time.
  package var requestHistory: UserSequences {
    guard let validation else { return history }
    var merged = UserSequences.empty(like: history)
    // Users are ascending in all of them.
    var rest = [validation, afterValidation].compactMap { $0 }.map { (clicks: $0, next: 0) }
    for user in history.users.indices {
      let key = history.users[user]
      let start = merged.items.count
      var parts = [(history, history.range(user))]
      for index in rest.indices {
        let (clicks, next) = rest[index]
        guard next < clicks.users.count, clicks.users[next] == key else { continue }
        parts.append((clicks, clicks.range(next)))
        rest[index].next += 1
      }
      merged.append(key, parts)
      if parts.count > 1 { Self.bringInOrder(&merged, start..<merged.items.count) }
    }
    return merged
  }
}

extension SplitData {
  /// Puts the clicks of one user in the order of time, then of rows: clicks on items that were held out lie among the others.
  private static func bringInOrder(_ clicks: inout UserSequences, _ range: Range<Int>) {
    // A copy of these alone: with one of all that there are, each user's would be copied anew.
    let (items, rows) = (Array(clicks.items[range]), Array(clicks.rows[range]))
    let (times, weights) = (clicks.times.map { Array($0[range]) }, clicks.weights.map { Array($0[range]) })
    func key(_ place: Int) -> (Int64, Int32) { (times?[place] ?? 0, rows[place]) }
    guard rows.indices.dropFirst().contains(where: { key($0) < key($0 - 1) }) else { return }
    let order = rows.indices.sorted { key($0) < key($1) }
    clicks.items.replaceSubrange(range, with: order.map { items[$0] })
    clicks.rows.replaceSubrange(range, with: order.map { rows[$0] })
    if let times { clicks.times?.replaceSubrange(range, with: order.map { times[$0] }) }
    if let weights { clicks.weights?.replaceSubrange(range, with: order.map { weights[$0] }) }
  }
}

extension UserSequences {
  /// No users yet, and as many columns as `other` has.
  static func empty(like other: UserSequences) -> UserSequences {
    UserSequences(
      users: [],
      offsets: [0],
      items: [],
      times: other.times == nil ? nil : [],
      rows: [],
      weights: other.weights == nil ? nil : []
    )
  }

  /// Adds a user with the clicks of some ranges of others, in their order.
  mutating func append(_ user: Int64, _ parts: [(source: UserSequences, range: Range<Int>)]) {
    users.append(user)
    for (source, range) in parts {
      items += source.items[range]
      rows += source.rows[range]
      if let values = source.times { times?.append(contentsOf: values[range]) }
      if let values = source.weights { weights?.append(contentsOf: values[range]) }
    }
    offsets.append(items.count)
  }
}
