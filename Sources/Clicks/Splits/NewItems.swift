import Memory
import Tables

/// Items of which all clicks are held out: the cold start of new items.
extension ClickSplitter {
  /// The rows of a log's clicks on the items to learn from, and on the new ones: a share of the items clicked in `rows`, one
  /// at least and one at least left, drawn as NumPy draws them, `choice(items, size, replace=False)` over the ascending
  /// items, from the stream `"items"` of the seed. Source: A. Schein et al., "Methods and metrics for cold-start
  /// recommendations", SIGIR 2002, section 4 (items held out whole).
  static func newItems(_ log: ClickLog, _ rows: [Int32], share: Double, seed: Int) -> (
    known: [Int32], new: [Int32]
  ) {
    let drawn = drawnItems(rows.map { log.items[Int($0)] }, share: share, seed: seed, stream: "items")
    return (
      rows.filter { !drawn.contains(log.items[Int($0)]) }, rows.filter { drawn.contains(log.items[Int($0)]) }
    )
  }

  /// A share of the distinct items among `items`, the nearest whole number of them.
  static func drawnItems(_ items: [Int64], share: Double, seed: Int, stream: String) -> Vocabulary {
    let distinct = distinctKeys(items)
    let size = min(distinct.count - 1, max(1, DecimalShare.rounded(share, of: distinct.count)))
    var generator = NumpyGenerator(seed: seed, stream: stream)
    return Vocabulary(keysOf: generator.choice(distinct.count, size: max(0, size)).map { distinct[$0] })
  }
}

extension SplitData {
  /// Takes all history clicks on a share of the items out of the history, to choose settings by: new items of a validation
  /// of their own. Users of whom nothing would be left go, with what was held out of them.
  ///
  /// Items are drawn as those of a test are, from the stream `"validation"` of the seed.
  /// - Parameters:
  ///   - share: above 0 and below 1; of so many items the nearest whole number is taken.
  ///   - isTarget: whether each row of the log may be held out, `[rows]`; nil for all. Other clicks on these items are seen at
  ///     the test only.
  /// - Throws: `DataError` where nobody would be left to learn from, to be tested or to be validated on.
  package mutating func holdOutItemsForValidation(share: Double, seed: Int, of isTarget: [Bool]? = nil) throws
  {
    let drawn = ClickSplitter.drawnItems(history.items, share: share, seed: seed, stream: "validation")
    let all = history
    history = all.clicks { !drawn.contains($0) }
    var held = all.clicks { drawn.contains($0) }
    let learned = Vocabulary(sortedKeys: history.users)
    let gone = Set(all.users.filter { !learned.contains($0) })
    if !gone.isEmpty {
      facts.usersWithoutHistory += gone.count
      for user in gone {
        for part in [all, heldOut] {
          facts.clicksWithoutHistory += part.place(of: user).map { part.range($0).count } ?? 0
        }
      }
      held = held.users { !gone.contains($0) }
      heldOut = heldOut.users { !gone.contains($0) }
    }
    if let isTarget {
      let others = held.chosen { !isTarget[Int(held.rows[$0])] }
      afterValidation = others.users.isEmpty ? nil : others
      held = held.chosen { isTarget[Int(held.rows[$0])] }
    }
    guard !history.users.isEmpty, !heldOut.users.isEmpty, !held.users.isEmpty else {
      throw DataError(
        "nobody is left to learn from, to test on and to validate on; hold a smaller share of items out"
      )
    }
    validation = held
  }
}

extension UserSequences {
  /// The clicks on items that `isKept`; users without any are left out.
  fileprivate func clicks(where isKept: (Int64) -> Bool) -> UserSequences {
    chosen { isKept(items[$0]) }
  }

  /// The clicks of users who are kept.
  fileprivate func users(where isKept: (Int64) -> Bool) -> UserSequences {
    let kept = users.map(isKept)
    var user = 0
    return chosen { place in
      while place >= offsets[user + 1] { user += 1 }
      return kept[user]
    }
  }

  /// The clicks at places that are chosen, asked for in ascending order.
  func chosen(_ isChosen: (Int) -> Bool) -> UserSequences {
    var result = UserSequences.empty(like: self)
    for user in users.indices {
      let places = range(user).filter(isChosen)
      guard !places.isEmpty else { continue }
      result.append(users[user], places.map { (self, $0..<$0 + 1) })
    }
    return result
  }
}
