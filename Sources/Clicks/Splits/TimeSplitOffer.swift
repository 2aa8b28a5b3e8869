/// A split by time that tests about as many users as another split does.
package struct TimeSplitOffer: Equatable, Sendable {
  /// The share of all clicks that it holds out, to two decimals.
  package let share: Double
  /// How many users have clicks on both sides of it.
  package let users: Int

  /// The smallest share, from 0.01 to 0.9, that tests as many users as `split`; or, where none does, four in five of the
  /// most that one can test, since every click that is held out is lost to training. Nil where the log has no times, or
  /// nobody would be tested.
  ///
  /// The share of clicks says little of that: in a log whose newest hours are busy few users have a click before them.
  package init?(_ split: SplitData) {
    let parts = [split.history, split.heldOut, split.validation].compactMap { $0 }
    guard parts.allSatisfy({ $0.times != nil }) else { return nil }
    var span: [Int64: (first: Int64, last: Int64)] = [:]
    var all: [Int64] = []
    for part in parts {
      guard let times = part.times else { return nil }
      all += times
      for user in part.users.indices {
        let own = times[part.range(user)]
        guard let first = own.min(), let last = own.max() else { continue }
        let known = span[part.users[user]] ?? (first, last)
        span[part.users[user]] = (min(known.first, first), max(known.last, last))
      }
    }
    guard !all.isEmpty else { return nil }
    all.sort()
    let (firsts, lasts) = (span.values.map(\.first).sorted(), span.values.map(\.last).sorted())
    let target = split.heldOut.users.count
    let counts = (1...90).map { hundredths in
      let share = Double(hundredths) / 100
      let place = all.count - DecimalShare.roundedHalfDown(share, of: all.count)
      let moment = all[min(max(place, 0), all.count - 1)]
      // Who clicked before it, less who did not click from it on.
      return (share, users: Self.count(in: firsts, below: moment) - Self.count(in: lasts, below: moment))
    }
    let most = counts.map(\.users).max() ?? 0
    let wanted = min(target, (most * 4 + 4) / 5)
    guard most > 0, let first = counts.first(where: { $0.users >= wanted }) else { return nil }
    (share, users) = first
  }

  /// How many of the sorted `times` are before `moment`.
  private static func count(in times: [Int64], below moment: Int64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < moment { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
