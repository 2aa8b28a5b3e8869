import Clicks

/// How often items were clicked in the history, by item.
package struct ItemClicks: Sendable {
  /// The share of the clicks that the items of the head have together.
  package static let headShare = 0.8

  private let vocabulary: Vocabulary
  /// `[vocabulary.size]`; the unknown code 0 has none.
  private let clicks: [Int]
  private let leastClicksOfHead: Int

  /// Looks clicks up in a ranking by popularity.
  package init(_ popularity: Popularity) {
    vocabulary = Vocabulary(keysOf: popularity.items)
    var counts = [Int](repeating: 0, count: vocabulary.size)
    for (item, clicks) in zip(popularity.items, popularity.clicks) {
      counts[Int(vocabulary.code(of: item))] = clicks
    }
    clicks = counts
    let total = popularity.clicks.reduce(0, +)
    var sum = 0
    var least = 1
    for clicks in popularity.clicks where Double(sum) < Self.headShare * Double(total) {
      sum += clicks
      least = clicks
    }
    leastClicksOfHead = least
  }

  /// The clicks on an item, 0 for one that was never clicked.
  package func count(of item: Int64) -> Int { clicks[Int(vocabulary.code(of: item))] }

  /// Whether an item belongs to the head: the most clicked items that have 80 % of all clicks together, and those
  /// clicked as often as the last of them.
  ///
  /// Source: H. Abdollahpouri, R. Burke, B. Mobasher, "Controlling Popularity Bias in Learning-to-Rank
  /// Recommendation", RecSys 2017, with the share that Elliot takes.
  package func isHead(_ item: Int64) -> Bool { count(of: item) >= leastClicksOfHead }
}
