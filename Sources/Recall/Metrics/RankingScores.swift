import Clicks
import Memory

/// The values of several measures at several cut-offs, for every user and on average.
package struct RankingScores: Sendable, Equatable {
  /// The measures.
  package let metrics: [RankingMetric]
  /// The cut-offs `k`.
  package let cutoffs: [Int]
  /// The number of users.
  package let userCount: Int
  /// All values, `[metrics, cutoffs, users]`.
  package let values: [Double]

  /// Puts scores together again from their values, `[metrics, cutoffs, users]`.
  package init(metrics: [RankingMetric], cutoffs: [Int], values: [Double]) {
    self.metrics = metrics
    self.cutoffs = cutoffs
    self.values = values
    userCount = values.count / max(1, metrics.count * cutoffs.count)
  }

  /// Measures `lists` against the held-out items: list `u` belongs to the user at place `u` of `heldOut`.
  ///
  /// A held-out item counts once, however often it was clicked. A list that is shorter than `k` is taken as it
  /// is; a repeated item in a list counts where it stands first.
  /// - Parameters:
  ///   - lists: at least as wide as the largest `k`, or as the catalogue is large.
  ///   - cutoffs: each 1 or more.
  ///   - threads: how many threads share the users; the result does not depend on it.
  package init(
    _ lists: RankedLists,
    heldOut: UserSequences,
    metrics: [RankingMetric] = RankingMetric.allCases,
    cutoffs: [Int],
    threads: Int = 1
  ) {
    precondition(lists.count == heldOut.users.count, "one list for each user with held-out items")
    precondition(cutoffs.allSatisfy { $0 >= 1 }, "a cut-off is 1 or more")
    self.metrics = metrics
    self.cutoffs = cutoffs
    let users = lists.count
    userCount = users
    let columns = metrics.flatMap { metric in cutoffs.map { (metric, $0) } }
    var all = [Double](repeating: 0, count: columns.count * users)
    all.withUnsafeMutableBufferPointer { all in
      let pieces = max(1, min(users / 256, threads * 4))
      Threads(threads).forEachRange(of: users, pieces: pieces) { range in
        for user in range {
          let hits = HitRanks(lists[user], heldOut.items[heldOut.range(user)])
          for (column, (metric, k)) in columns.enumerated() {
            all[column * users + user] = metric.value(hitRanks: hits.ranks, relevant: hits.relevant, k: k)
          }
        }
      }
    }
    values = all
  }

  /// One measure's value for every user, in the order of the users; nil where it was not asked for.
  package func perUser(_ metric: RankingMetric, at k: Int) -> ArraySlice<Double>? {
    guard let row = metrics.firstIndex(of: metric), let column = cutoffs.firstIndex(of: k) else { return nil }
    let start = (row * cutoffs.count + column) * userCount
    return values[start..<start + userCount]
  }

  /// One measure's mean over the users, summed in Float64 in their order; nil where it was not asked for or
  /// there are no users.
  package func mean(_ metric: RankingMetric, at k: Int) -> Double? {
    guard let values = perUser(metric, at: k), !values.isEmpty else { return nil }
    return values.reduce(0, +) / Double(values.count)
  }

  /// All means by name, as in `hit_rate@20`, measure by measure.
  package var named: [(name: String, value: Double)] {
    metrics.flatMap { metric in
      cutoffs.compactMap { k in mean(metric, at: k).map { ("\(metric.rawValue)@\(k)", $0) } }
    }
  }
}
