import Memory
import Testing

@testable import Clicks
@testable import Recall

@Suite("The best of many items")
struct BestItemsTests {
  @Test("the same as a full sort, in whatever order items come", arguments: [0, 1, 2, 7, 64, 500])
  func sorted(capacity: Int) {
    var generator = SplitMix(seed: 2, stream: 9)
    var best = BestItems(capacity)
    for _ in 0..<20 {
      // Few scores, so that many items tie.
      let entries = (1...300).map {
        BestItems.Entry(code: Int32($0), score: Float(generator.below(9)) - 4)
      }
      let expected = entries.sorted { ($1.score, $0.code) < ($0.score, $1.code) }.prefix(capacity)
      let shuffled = entries.map { (generator.next(), $0) }.sorted { $0.0 < $1.0 }
      for (_, entry) in shuffled { best.offer(entry.code, entry.score) }
      #expect(best.count == expected.count)
      #expect(best.drain() == Array(expected) && best.count == 0)
    }
  }
}
