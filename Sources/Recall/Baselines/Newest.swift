import Clicks

/// Items by their age alone, the youngest first: what a recommender of new things has to beat.
package struct Newest: ClickRanker {
  private let vocabulary: Vocabulary
  /// When each item came into being, ascending, `[items with a time]`; at the same time the higher code comes first.
  private let times: [Int64]
  /// What came into being then, as codes.
  private let codes: [Int32]
  private let ticksPerHour: Double

  /// Takes the items of which there is a time.
  /// - Parameters:
  ///   - items: the items, each once.
  ///   - times: from when on each exists, `[items]`; nil where nobody knows.
  ///   - candidates: the items that are shown.
  package init(_ items: [Int64], _ times: ItemTimes, ticksPerSecond: Int64, among candidates: Vocabulary) {
    precondition(items.count == times.values.count, "one time an item")
    let vocabulary = Vocabulary(keysOf: items.filter(candidates.contains))
    let known = zip(items, times.values).compactMap { item, time in
      time.map { (time: $0.ceiling, code: vocabulary.code(of: item)) }
    }
    let sorted = known.filter { $0.code > 0 }.sorted { ($0.time, -$0.code) < ($1.time, -$1.code) }
    self.times = sorted.map(\.time)
    codes = sorted.map(\.code)
    self.vocabulary = vocabulary
    ticksPerHour = 3600 * Double(ticksPerSecond)
  }

  /// The `k` youngest of the items that exist at the request and that a user may be given, ties by the lower key.
  ///
  /// The score is the age in hours below 0. Where nobody knows when a request comes, all items exist, and ages are those at
  /// the time of the youngest.
  package func top(_ k: Int, for users: [Int64], _ requests: ClickRequests, threads: Int) -> RankedLists {
    let filter = requests.filter(vocabulary)
    return RankedLists.filled(width: k, count: users.count, vocabulary: vocabulary, threads: threads) {
      range,
      rows in
      // The last list for which an item is hidden, so that nothing is cleared between lists.
      var hiddenFor = [Int](repeating: -1, count: vocabulary.size)
      for list in range {
        let user = requests.clicks.place(of: users[list])
        let moment = requests.moment(of: user)
        for item in requests.hidden(user) { hiddenFor[Int(vocabulary.code(of: item))] = list }
        let now = moment ?? times.last ?? 0
        var entries: [BestItems.Entry] = []
        var place = firstPlace(after: now)
        while place > 0, entries.count < k {
          place -= 1
          let code = codes[place]
          guard hiddenFor[Int(code)] != list, filter.allows(code, at: moment) else { continue }
          let age = (Double(now) - Double(times[place])) / ticksPerHour
          entries.append(.init(code: code, score: Float(-age)))
        }
        rows.put(entries, at: list)
      }
    }
  }

  private func firstPlace(after moment: Int64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= moment { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
