import Clicks
import Numerics

/// How often items were clicked just before a request, and what a model's scores gain by that:
/// sum_w weight_w log(1 + n_w), n_w the clicks on an item from w hours before the request on and before it.
package struct ItemTrend: Sendable {
  /// What each window counts, at least 0, `[windows]`.
  package let weights: [Float]
  /// The clicks, by codes of ``vocabulary`` and, behind these, of ``further``.
  private(set) var clicks: RecentClicks
  private let vocabulary: Vocabulary
  /// The items that were first clicked later, in that order, and their codes.
  private var further: [Int64] = []
  private var furtherCodes: [Int64: Int32] = [:]

  /// Takes the clicks that requests may know of, one key a time, in any order.
  /// - Parameters:
  ///   - hours: the lengths of the windows, as the model has them.
  ///   - ticksPerSecond: how many of the log's unit of time make a second.
  package init(times: [Int64], keys: [Int64], hours: [Double], ticksPerSecond: Int64, weights: [Float]) {
    precondition(
      times.count == keys.count && hours.count == weights.count,
      "one key a time, one weight a window"
    )
    self.weights = weights
    vocabulary = Vocabulary(keysOf: keys)
    clicks = RecentClicks(
      times: times,
      codes: vocabulary.codes(of: keys),
      windows: RecentClicks.windows(hours: hours, ticksPerSecond: ticksPerSecond)
    )
  }

  /// The trend of `model`, of clicks that requests see; nil where the model takes none or the clicks have no times.
  /// - Parameters:
  ///   - items: the key of each item that has a code, from code 1 on: what clicks are of where they have no keys.
  package init?(
    _ model: TwoTowerModel,
    _ requests: EncodedRequests,
    _ features: RequestFeatures,
    items: [Int64],
    ticksPerSecond: Int64
  ) {
    let hours = model.shape.trendHours
    guard !hours.isEmpty, features.times.count == requests.items.count else { return nil }
    // What has neither a key nor a code is no item that anybody could be given.
    let known = requests.keys == nil ? requests.items.indices.filter { requests.items[$0] > 0 } : nil
    self.init(
      times: known.map { $0.map { features.times[$0] } } ?? features.times,
      keys: requests.keys ?? (known ?? []).map { items[Int(requests.items[$0]) - 1] },
      hours: hours,
      ticksPerSecond: ticksPerSecond,
      weights: model.trendWeights
    )
  }

  /// Takes further clicks.
  mutating func add(_ some: [(key: Int64, time: Int64)]) {
    var coded: [(code: Int32, time: Int64)] = []
    coded.reserveCapacity(some.count)
    for (key, time) in some {
      var code = self.code(of: key)
      if code == 0 {
        code = Int32(vocabulary.size + further.count)
        further.append(key)
        furtherCodes[key] = code
      }
      coded.append((code, time))
    }
    clicks.add(coded)
  }

  /// Room to count in.
  var counts: RecentCounts { RecentCounts(vocabulary: vocabulary.size + further.count) }

  /// The code of an item's clicks; 0 where there are none.
  func code(of key: Int64) -> Int32 {
    let code = vocabulary.code(of: key)
    return code > 0 ? code : furtherCodes[key] ?? 0
  }

  /// The item of a code above 0.
  func key(of code: Int32) -> Int64 {
    Int(code) < vocabulary.size ? vocabulary.keys[Int(code) - 1] : further[Int(code) - vocabulary.size]
  }

  /// What the item at `place` of `counts` gains; the chain of fused multiply-adds from the shortest window on.
  func bonus(_ counts: RecentCounts, _ place: Int) -> Float {
    weights.indices.reduce(Float(0)) { $0.addingProduct(weights[$1], counts.logarithm(place, in: $1)) }
  }

  /// What each of `items` gains for a request at the moment of its owner, `[items]`.
  package func bonuses(of items: [Int64], owners: [Int], at moments: [Int64]) -> [Float] {
    var (counts, counted) = (self.counts, -1)
    return zip(items, owners).map { item, owner in
      if owner != counted { counts.count(clicks, before: moments[owner]) }
      counted = owner
      return counts.place(of: code(of: item)).map { bonus(counts, $0) } ?? 0
    }
  }
}
