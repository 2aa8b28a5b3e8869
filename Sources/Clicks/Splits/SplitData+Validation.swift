import Memory

extension SplitData {
  /// Takes the newest history click of every tested user who has two or more out of the history, to choose
  /// settings by: nothing of the test is looked at for that.
  package mutating func holdOutNewestForValidation() {
    let (users, tested) = (history.users, heldOut)
    holdOutNewest { tested.place(of: users[$0]) != nil }
  }

  /// Takes the newest history click of a share of the users with two or more out of the history, one user at least;
  /// the others keep theirs.
  ///
  /// Users are drawn as NumPy draws them, `choice(users, size, replace=False)` over the ascending users with two
  /// clicks or more, from the stream `"validation"` of the seed.
  /// - Parameter share: above 0 and below 1; of so many users the nearest whole number is taken.
  package mutating func holdOutNewestForValidation(share: Double, seed: Int) {
    let candidates = history.users.indices.filter { history.range($0).count > 1 }
    let size = min(candidates.count, max(1, DecimalShare.rounded(share, of: candidates.count)))
    var generator = NumpyGenerator(seed: seed, stream: "validation")
    var isDrawn = [Bool](repeating: false, count: history.users.count)
    for place in generator.choice(candidates.count, size: size) { isDrawn[candidates[place]] = true }
    holdOutNewest { isDrawn[$0] }
  }

  /// Takes the newest click of the users, by their places in the history, that `isChosen` and who have two or more.
  private mutating func holdOutNewest(where isChosen: (Int) -> Bool) {
    let source = history
    var kept = UserSequences.empty(of: source.users)
    var held = UserSequences.empty(of: [])
    let hasTimes = source.times != nil
    var (keptTimes, heldTimes): ([Int64], [Int64]) = ([], [])
    kept.offsets.reserveCapacity(source.offsets.count)
    for user in source.users.indices {
      let range = source.range(user)
      let cut = range.count > 1 && isChosen(user) ? range.upperBound - 1 : range.upperBound
      kept.items += source.items[range.lowerBound..<cut]
      kept.rows += source.rows[range.lowerBound..<cut]
      if let times = source.times { keptTimes += times[range.lowerBound..<cut] }
      kept.offsets.append(kept.items.count)
      guard cut < range.upperBound else { continue }
      held.users.append(source.users[user])
      held.items.append(source.items[cut])
      held.rows.append(source.rows[cut])
      if let times = source.times { heldTimes.append(times[cut]) }
      held.offsets.append(held.items.count)
    }
    kept.times = hasTimes ? keptTimes : nil
    held.times = hasTimes ? heldTimes : nil
    history = kept
    validation = held
  }

  /// The clicks a request at test time sees: the history and, behind it, what was held out for validation.
  package var requestHistory: UserSequences {
    guard let validation else { return history }
    var merged = UserSequences.empty(of: history.users)
    var times: [Int64] = []
    var next = 0
    for user in history.users.indices {
      var parts = [(history, history.range(user))]
      if next < validation.users.count, validation.users[next] == history.users[user] {
        parts.append((validation, validation.range(next)))
        next += 1
      }
      for (source, range) in parts {
        merged.items += source.items[range]
        merged.rows += source.rows[range]
        if let values = source.times { times += values[range] }
      }
      merged.offsets.append(merged.items.count)
    }
    merged.times = history.times == nil ? nil : times
    return merged
  }
}

extension UserSequences {
  /// Users whose clicks are yet to come: `offsets` grows as each user's are put in.
  fileprivate static func empty(of users: [Int64]) -> UserSequences {
    var sequences = UserSequences(users: [], offsets: [0], items: [], times: nil, rows: [])
    sequences.users = users
    return sequences
  }
}
