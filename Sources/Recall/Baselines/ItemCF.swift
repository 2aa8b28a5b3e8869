import Clicks
import Tables
import Glibc

/// Item-to-item collaborative filtering: what was clicked together with what a user has clicked.
///
/// An item `j` has the score `Σ recency^b · ½^(age / half-life) · s(i, j)` over the clicks of a user's history, the
/// one on `i` being `b` clicks and `age` hours before the last, each times the click's weight where clicks have weights; `s`
/// is that of ``ItemNeighbours``, kept for the most similar items of each.
///
/// Source: B. Sarwar, G. Karypis, J. Konstan, J. Riedl, "Item-Based Collaborative Filtering Recommendation
/// Algorithms", WWW 2001, with the cosine over clicks as in M. Deshpande, G. Karypis, "Item-Based Top-N
/// Recommendation Algorithms", TOIS 22(1), 2004. The weights by distance, direction and length of history are those
/// that became common in the Tianchi news competition; the length is J. Breese, D. Heckerman, C. Kadie's "inverse
/// user frequency" (UAI 1998) in the form 1 / ln(1 + n).
package struct ItemCF: ClickRanker {
  private let vocabulary: Vocabulary
  private let neighbours: ItemNeighbours
  private let options: ItemCFOptions
  private let ticksPerHour: Double

  /// Compares the items of `history`.
  ///
  /// - Parameters:
  ///   - ticksPerSecond: how many of the log's unit of time make a second.
  ///   - candidates: the items that are shown, all of which were clicked or not; nil for all that were. The others
  ///     still say what a history is like.
  ///   - threads: how many threads share the items; the result does not depend on it.
  /// - Throws: `DataError` where the age of clicks counts and the log has no times.
  package init(
    _ history: UserSequences,
    _ options: ItemCFOptions,
    ticksPerSecond: Int64 = 1,
    among candidates: Vocabulary? = nil,
    threads: Int = 1
  ) throws {
    guard options.halfLifeHours == nil || history.times != nil else {
      throw DataError(
        "item_cf.half_life_hours goes by the time of clicks, and the click log has no times; leave it out or name "
          + "a time column"
      )
    }
    vocabulary = Vocabulary(keysOf: history.items)
    neighbours = ItemNeighbours(
      history,
      clicks: vocabulary.codes(of: history.items, threads: threads),
      items: vocabulary.keys.count,
      isCandidate: [false] + vocabulary.keys.map { candidates?.contains($0) ?? true },
      options,
      threads: threads
    )
    self.options = options
    ticksPerHour = 3600 * Double(ticksPerSecond)
  }

  /// The best `k` items with a score above 0; none for a user without clicks.
  package func top(_ k: Int, for users: [Int64], _ requests: ClickRequests, threads: Int) -> RankedLists {
    let (clicks, filter) = (requests.clicks, requests.filter(vocabulary))
    return RankedLists.filled(width: k, count: users.count, vocabulary: vocabulary, threads: threads) {
      range,
      rows in
      var scores = [Double](repeating: 0, count: vocabulary.size)
      var touched: [Int32] = []
      var best = BestItems(k)
      for list in range {
        guard let place = clicks.place(of: users[list]) else { continue }
        add(clicks, clicks.range(place), &scores, &touched)
        // What was seen is not offered.
        for item in requests.hidden(place) { scores[Int(vocabulary.code(of: item))] = 0 }
        let moment = requests.moment(of: place)
        for code in touched where scores[Int(code)] > 0 {
          if filter.allows(code, at: moment) { best.offer(code, Float(scores[Int(code)])) }
          scores[Int(code)] = 0
        }
        touched.removeAll(keepingCapacity: true)
        rows.put(best.drain(), at: list)
      }
    }
  }

  /// The clicks of a history, the newest first; without an order by their items, so that sums do not hang on the rows of a file.
  private func places(_ requests: UserSequences, _ range: Range<Int>) -> [Int] {
    options.hasOrder
      ? range.reversed() : range.sorted { (requests.items[$0], $0) < (requests.items[$1], $1) }
  }

  /// Adds the scores that the clicks of a history give.
  private func add(
    _ requests: UserSequences,
    _ range: Range<Int>,
    _ scores: inout [Double],
    _ touched: inout [Int32]
  ) {
    var weight = 1.0
    for place in places(requests, range) {
      let code = Int(vocabulary.code(of: requests.items[place]))
      var own = weight * freshness(requests, place, range)
      if let weights = requests.weights { own *= Double(weights[place]) }
      weight *= options.recency
      guard code > 0, own > 0 else { continue }
      for entry in neighbours.offsets[code - 1]..<neighbours.offsets[code] {
        let other = neighbours.codes[entry]
        let score = own * Double(neighbours.similarities[entry])
        guard score > 0 else { continue }
        if scores[Int(other)] == 0 { touched.append(other) }
        scores[Int(other)] += score
      }
    }
  }

  /// `½^(age / half-life)` of a click; 1 where ages do not count.
  private func freshness(_ requests: UserSequences, _ place: Int, _ range: Range<Int>) -> Double {
    guard let halfLife = options.halfLifeHours, let times = requests.times else { return 1 }
    let age = (Double(times[range.upperBound - 1]) - Double(times[place])) / ticksPerHour
    return exp2(-age / halfLife)
  }
}
