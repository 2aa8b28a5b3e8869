import Clicks
import Memory

extension UserSequences {
  /// Users numbered from 1 and what they clicked when.
  package init(_ clicks: [[(item: Int64, time: Int64)]]) {
    var offsets = [0]
    for user in clicks { offsets.append((offsets.last ?? 0) + user.count) }
    let flat = clicks.flatMap { $0 }
    self.init(
      users: clicks.indices.map { Int64($0 + 1) },
      offsets: offsets,
      items: flat.map(\.item),
      times: flat.map(\.time),
      rows: [Int32](0..<Int32(flat.count))
    )
  }

  /// The clicks of `users` users on up to `items` items, 1 to 12 each, in the order of time, many at the same time.
  package static func random(users: Int, items: Int, seed: Int) -> UserSequences {
    var generator = SplitMix(seed: seed, stream: 0)
    return UserSequences(
      (0..<users).map { _ in
        let times = (0...generator.below(12)).map { _ in Int64(generator.below(400)) }.sorted()
        // The lower of two draws: some items are more popular than others.
        return times.map { (Int64(100 + 7 * min(generator.below(items), generator.below(items))), $0) }
      }
    )
  }
}

/// The best `k` of `scores` that are not in `seen`, by score, then by the lower key.
package func best(_ k: Int, of scores: [Int64: Double], without seen: some Sequence<Int64>) -> [Int64] {
  let hidden = Set(seen)
  let ranked = scores.filter { !hidden.contains($0.key) }
    .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
  return ranked.prefix(k).map(\.key)
}
