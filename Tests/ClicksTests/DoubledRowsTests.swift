import Memory
import Testing

@testable import Clicks

@Suite("Rows that repeat others")
struct DoubledRowsTests {
  private struct Click: Hashable {
    var user: Int64
    var item: Int64
    var time: Int64
    var event: Int32
  }

  /// Clicks of few users on few items at few moments, so that many are alike, in pieces and buckets enough.
  private static let clicks: [Click] = {
    var state = SplitMix(seed: 7, stream: 1)
    return (0..<300_000).map { _ in
      let draw = state.next()
      return Click(
        user: Int64(draw % 400),
        item: Int64(draw >> 16 % 300),
        time: Int64(draw >> 32 % 20),
        event: Int32(draw >> 48 % 2)
      )
    }
  }()

  @Test(
    "they are those that a set has already, with events and without, for any number of threads",
    arguments: [true, false]
  )
  func repeats(hasEvents: Bool) {
    let clicks = Self.clicks
    var log = ClickLog(
      users: clicks.map(\.user),
      items: clicks.map(\.item),
      times: clicks.map(\.time)
    )
    if hasEvents { log.events = .names(codes: clicks.map(\.event), names: ["buy", "view"]) }
    var seen: Set<Click> = []
    let expected = clicks.indices.filter { row in
      var click = clicks[row]
      if !hasEvents { click.event = 0 }
      return !seen.insert(click).inserted
    }
    #expect(expected.count > 5_000)
    for threads in [1, 3] {
      #expect(DoubledRows(log, threads: Threads(threads)).rows.sorted() == expected.map { Int32($0) })
    }
  }

  @Test("a log without times has none")
  func withoutTimes() {
    #expect(
      DoubledRows(ClickLog(users: [1, 1], items: [2, 2], times: nil), threads: Threads(1)).rows.isEmpty
    )
  }
}
