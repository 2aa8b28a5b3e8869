import Clicks
import Tables

/// Items by how often anyone clicked them in a window of time just before each user's request.
///
/// The request's moment `t` is that of the user's last click so far, or one moment for all, as it is for the model.
/// What counts are the clicks of the history from `t − window` on and before `t`; nothing at `t` or later is known.
package struct RecentPopularity: ClickRanker {
  private let vocabulary: Vocabulary
  /// When each click of the history was made, ascending, `[clicks]`.
  private let times: [Int64]
  /// What was clicked, as codes; of clicks at the same time the higher code comes first, `[clicks]`.
  private let codes: [Int32]
  private let windowTicks: Int64

  /// Takes the clicks of `history` in the order of time.
  ///
  /// - Parameters:
  ///   - windowHours: the length of the window, above 0.
  ///   - ticksPerSecond: how many of the log's unit of time make a second.
  ///   - candidates: the items that are shown; nil for all that were clicked.
  /// - Throws: `DataError` where the log has no times.
  package init(
    _ history: UserSequences,
    windowHours: Double,
    ticksPerSecond: Int64,
    among candidates: Vocabulary? = nil
  ) throws {
    guard let all = history.times else {
      throw DataError(
        "recent_popularity counts the clicks before a request, and the click log has no times; leave it out or "
          + "name a time column"
      )
    }
    let vocabulary = Vocabulary(keysOf: history.items)
    let isCandidate = [false] + vocabulary.keys.map { candidates?.contains($0) ?? true }
    let counted = zip(all, vocabulary.codes(of: history.items)).filter { isCandidate[Int($1)] }
    self.vocabulary = vocabulary
    let sorted = counted.sorted { $0.0 == $1.0 ? $0.1 > $1.1 : $0.0 < $1.0 }
    times = sorted.map(\.0)
    codes = sorted.map(\.1)
    windowTicks = Int64(exactly: (windowHours * 3600 * Double(ticksPerSecond)).rounded()) ?? .max
  }

  /// The most clicked `k` items of the window that a user may be given, ties by the lower key, scores are the clicks.
  ///
  /// Where the window has fewer, what was clicked last before it stands behind them, newest first, with the score
  /// 0. A user without clicks makes no request and gets no list.
  package func top(_ k: Int, for users: [Int64], _ requests: ClickRequests, threads: Int) -> RankedLists {
    let filter = requests.filter(vocabulary)
    let places = users.map { requests.clicks.place(of: $0) }
    let moments = places.map { place in place.flatMap { requests.moment(of: $0) } }
    // In the order of time a window slides, and every click is counted once.
    let order = users.indices.filter { moments[$0] != nil }
      .sorted { (moments[$0] ?? 0, $0) < (moments[$1] ?? 0, $1) }
    return RankedLists.filled(width: k, count: users.count, vocabulary: vocabulary, threads: threads) {
      range,
      rows in
      guard !users.isEmpty else { return }
      var window = RecentWindow(items: vocabulary.keys.count)
      var best = BestItems(k)
      let part = range.lowerBound * order.count / users.count..<range.upperBound * order.count / users.count
      for list in order[part] {
        guard let place = places[list], let moment = moments[list] else { continue }
        slide(&window, to: moment)
        window.startUser(seen: requests.hidden(place).lazy.map { vocabulary.code(of: $0) })
        if !filter.allowsAll { window.hide { !filter.allows($0, at: moment) } }
        window.offerUnseen(to: &best)
        var entries = best.drain()
        if entries.count < k { fill(&entries, &window, to: k) { filter.allows($0, at: moment) } }
        rows.put(entries, at: list)
      }
    }
  }

  /// Moves the window's ends forward to `moment`.
  private func slide(_ window: inout RecentWindow, to moment: Int64) {
    let start = moment.subtractingReportingOverflow(windowTicks)
    let low = firstPlace(notBefore: start.overflow ? .min : start.partialValue, from: window.low)
    let high = firstPlace(notBefore: moment, from: max(low, window.high))
    if low >= window.high {
      for code in codes[window.low..<window.high] { window.remove(code) }
      for code in codes[low..<high] { window.add(code) }
    } else {
      for code in codes[window.low..<low] { window.remove(code) }
      for code in codes[window.high..<high] { window.add(code) }
    }
    (window.low, window.high) = (low, high)
  }

  private func firstPlace(notBefore time: Int64, from start: Int) -> Int {
    var (low, high) = (start, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Puts the items clicked last before the window behind those of the window.
  private func fill(
    _ entries: inout [BestItems.Entry],
    _ window: inout RecentWindow,
    to k: Int,
    isAllowed: (Int32) -> Bool
  ) {
    // All allowed items of the window are in the list, since it has room left.
    var place = window.low
    while place > 0 && entries.count < k {
      place -= 1
      let code = codes[place]
      guard window.clicks[Int(code)] == 0, !window.isHidden(code), isAllowed(code) else { continue }
      window.hide(code)
      entries.append(.init(code: code, score: 0))
    }
  }
}
