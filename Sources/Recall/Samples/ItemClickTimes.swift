import Clicks

/// When each item was clicked, for what was known of it at a moment.
struct ItemClickTimes: Sendable {
  private let items: Vocabulary
  /// The clicks of code `c` are `offsets[c]..<offsets[c + 1]` of ``times``.
  private let offsets: [Int]
  /// Ascending within an item; empty where clicks have no times.
  private let times: [Int64]

  init(_ history: UserSequences) {
    let vocabulary = Vocabulary(keysOf: history.items)
    let codes = history.items.map { Int(vocabulary.code(of: $0)) }
    var counts = [Int](repeating: 0, count: vocabulary.size + 1)
    items = vocabulary
    for code in codes { counts[code + 1] += 1 }
    for code in 1..<counts.count { counts[code] += counts[code - 1] }
    offsets = counts
    guard let all = history.times else {
      times = []
      return
    }
    var next = counts
    var sorted = [Int64](repeating: 0, count: all.count)
    for click in all.indices.sorted(by: { all[$0] < all[$1] }) {
      sorted[next[codes[click]]] = all[click]
      next[codes[click]] += 1
    }
    times = sorted
  }

  /// How often `item` was clicked before `moment`; ever, where clicks have no times.
  func count(_ item: Int64, before moment: Int64) -> Int {
    let range = range(item)
    return times.isEmpty ? range.count : place(moment, range) - range.lowerBound
  }

  /// When it was clicked last before `moment`; nil for never.
  func last(_ item: Int64, before moment: Int64) -> Int64? {
    let range = range(item)
    guard !times.isEmpty else { return nil }
    let place = place(moment, range)
    return place > range.lowerBound ? times[place - 1] : nil
  }

  private func range(_ item: Int64) -> Range<Int> {
    let code = Int(items.code(of: item))
    return code == 0 ? 0..<0 : offsets[code]..<offsets[code + 1]
  }

  /// The first place of a click at `moment` or later.
  private func place(_ moment: Int64, _ range: Range<Int>) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < moment { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
