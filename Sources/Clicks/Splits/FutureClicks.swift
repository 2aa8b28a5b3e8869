/// How much of what a model learns from lies after the clicks it is asked for, which no live system could know.
package struct FutureClicks: Sendable, Equatable {
  /// The share of the other users' history clicks that come after a user's first held-out click, on average over
  /// the users with held-out clicks; 0 to 1.
  package let meanShare: Double
  /// How many of these users have any such click.
  package let users: Int

  /// Counts in `split`; nil where the log has no times.
  package init?(_ split: SplitData) {
    guard let learned = split.history.times?.sorted(), let asked = split.heldOut.times, !asked.isEmpty else {
      return nil
    }
    var (shares, seeing) = (0.0, 0)
    for user in split.heldOut.users.indices {
      let moment = asked[split.heldOut.range(user).lowerBound]
      let own =
        split.history.place(of: split.heldOut.users[user])
        .flatMap { place in split.history.times?[split.history.range(place)] } ?? []
      let after = learned.count - Self.count(in: learned, upTo: moment) - own.count { $0 > moment }
      guard after > 0 else { continue }
      shares += Double(after) / Double(learned.count - own.count)
      seeing += 1
    }
    meanShare = shares / Double(split.heldOut.users.count)
    users = seeing
  }

  /// How many of the sorted `times` are no later than `moment`.
  private static func count(in times: [Int64], upTo moment: Int64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= moment { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
