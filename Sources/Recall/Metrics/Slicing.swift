import Clicks

/// What is held out, cut into slices by one property, so that means can be taken slice by slice.
package struct Slicing: Sendable, Equatable {
  /// What it is cut by: `Clicks before the request`.
  package let property: String
  /// What the slices are called.
  package let labels: [String]
  /// The slice of each user or target.
  package let slices: [Int]
  /// Whether targets are cut, else users.
  package let isByTarget: Bool

  /// How many users or targets each slice has, `[labels]`.
  package var counts: [Int] {
    var counts = [Int](repeating: 0, count: labels.count)
    for slice in slices { counts[slice] += 1 }
    return counts
  }

  /// The mean of `values`, one for each user or target, in every slice, `[labels]`; not a number in empty ones.
  package func means(of values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: labels.count)
    for (slice, value) in zip(slices, values) { sums[slice] += value }
    return zip(sums, counts).map { $0 / Double($1) }
  }
}

extension Slicing {
  /// Users by how many clicks a request of theirs sees.
  package init(historyLength history: UserSequences, of users: [Int64]) {
    let bins = Bins([1, 2, 3, 5, 10, 20, 50, 100, 500])
    self.init(
      property: "Clicks before the request",
      labels: bins.labels,
      slices: users.map { user in bins.bin(of: history.place(of: user).map { history.range($0).count } ?? 0)
      },
      isByTarget: false
    )
  }

  /// Users by the time from their last click to the first one held out; nil where there are no times.
  /// - Parameter ticksPerSecond: how many of the times' unit make a second.
  package init?(gapAfter history: UserSequences, to heldOut: UserSequences, ticksPerSecond: Int64) {
    guard let before = history.times, let after = heldOut.times else { return nil }
    let (minute, hour, day) = (60, 3600, 86_400)
    let bins = Bins(
      [0, minute, 10 * minute, hour, 6 * hour, day, 7 * day],
      labels: [
        "under 1 minute", "1–10 minutes", "10–60 minutes", "1–6 hours", "6–24 hours", "1–7 days",
        "7 days and more",
      ]
    )
    self.init(
      property: "Time since the last click",
      labels: bins.labels,
      slices: heldOut.users.indices.map { user in
        guard let place = history.place(of: heldOut.users[user]) else { return 0 }
        let last = before[history.range(place).upperBound - 1]
        let gap = after[heldOut.range(user).lowerBound].subtractingReportingOverflow(last)
        return bins.bin(of: gap.overflow ? .max : Int(gap.partialValue / ticksPerSecond))
      },
      isByTarget: false
    )
  }

  /// How items are told apart by their clicks in the history; new ones are apart.
  static let popularityBins: Bins = {
    let starts = [0, 1, 5, 20, 100, 500, 2000]
    return Bins(starts, labels: ["never: a new item"] + Bins(starts).labels.dropFirst())
  }()

  /// Targets by how often they were clicked in the history; new items are apart.
  package init(popularityOf targets: HeldOutTargets, _ clicks: ItemClicks) {
    let bins = Self.popularityBins
    self.init(
      property: "The item's clicks in the history",
      labels: bins.labels,
      slices: targets.items.map { bins.bin(of: clicks.count(of: $0)) },
      isByTarget: true
    )
  }

  /// Targets by head and tail; new items are apart.
  package init(headAndTail targets: HeldOutTargets, _ clicks: ItemClicks) {
    let percent = Int((100 * ItemClicks.headShare).rounded())
    self.init(
      property: "Head and tail",
      labels: ["head: \(percent) % of all clicks", "tail: the other clicked items", "new: never clicked"],
      slices: targets.items.map { clicks.count(of: $0) == 0 ? 2 : clicks.isHead($0) ? 0 : 1 },
      isByTarget: true
    )
  }
}
