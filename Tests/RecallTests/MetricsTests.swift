import TestSupport
import ClickFixtures
import Foundation
import Testing

@testable import Clicks
@testable import Recall

@Suite("Ranking metrics")
struct MetricsTests {
  private func heldOut(_ items: [[Int64]]) -> UserSequences {
    var offsets = [0]
    for user in items { offsets.append((offsets.last ?? 0) + user.count) }
    let flat = items.flatMap { $0 }
    return UserSequences(
      users: items.indices.map { Int64($0) },
      offsets: offsets,
      items: flat,
      times: nil,
      rows: [Int32](0..<Int32(flat.count))
    )
  }

  /// Doubles that differ in nothing but the order of a few roundings.
  private func isNear(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) < 1e-15 } ?? false }

  @Test("one held-out item at rank 3")
  func oneItem() {
    let lists = RankedLists(width: 5, items: [11, 12, 13, 14, 15])
    let scores = RankingScores(lists, heldOut: heldOut([[13]]), cutoffs: [2, 3, 5])
    for metric in RankingMetric.allCases { #expect(scores.mean(metric, at: 2) == 0) }
    #expect(scores.mean(.hitRate, at: 3) == 1 && scores.mean(.recall, at: 5) == 1)
    #expect(isNear(scores.mean(.precision, at: 5), 1.0 / 5))
    #expect(isNear(scores.mean(.ndcg, at: 3), 0.5))  // 1 / log2(4)
    #expect(isNear(scores.mean(.mrr, at: 5), 1.0 / 3) && isNear(scores.mean(.map, at: 5), 1.0 / 3))
  }

  @Test("three held-out items, two of them found at ranks 1 and 4")
  func severalItems() {
    let lists = RankedLists(width: 5, items: [1, 9, 8, 2, 7])
    // Clicked twice, item 2 counts once.
    let scores = RankingScores(lists, heldOut: heldOut([[2, 1, 3, 2]]), cutoffs: [2, 5])
    #expect(scores.mean(.hitRate, at: 5) == 1)
    #expect(isNear(scores.mean(.recall, at: 5), 2.0 / 3) && isNear(scores.mean(.recall, at: 2), 1.0 / 3))
    #expect(
      isNear(scores.mean(.precision, at: 5), 2.0 / 5) && isNear(scores.mean(.precision, at: 2), 1.0 / 2)
    )
    let ideal = 1 + 1 / log2(3.0) + 1 / log2(4.0)
    #expect(isNear(scores.mean(.ndcg, at: 5), (1 + 1 / log2(5.0)) / ideal))
    #expect(isNear(scores.mean(.ndcg, at: 2), 1 / (1 + 1 / log2(3.0))))
    #expect(scores.mean(.mrr, at: 5) == 1)
    #expect(isNear(scores.mean(.map, at: 5), (1 + 2.0 / 4) / 3))
    #expect(isNear(scores.mean(.map, at: 2), 1.0 / 2))
  }

  @Test("means are over users; lists may be short, empty, or repeat an item")
  func users() {
    let lists = RankedLists(width: 3, items: [1, 2, 3, 4, 0, 0, 0, 0, 0, 5, 5, 6], counts: [3, 1, 0, 3])
    let scores = RankingScores(
      lists,
      heldOut: heldOut([[2], [4, 8], [9], [5, 6]]),
      metrics: [.hitRate, .recall, .precision],
      cutoffs: [3]
    )
    #expect(scores.perUser(.hitRate, at: 3).map(Array.init) == [1, 1, 0, 1])
    #expect(scores.perUser(.recall, at: 3).map(Array.init) == [1, 0.5, 0, 1])
    let third = 1.0 / 3
    #expect(scores.perUser(.precision, at: 3).map(Array.init) == [third, third, 0, 2 * third])
    #expect(scores.named.map(\.name) == ["hit_rate@3", "recall@3", "precision@3"])
    #expect(scores.named[0].value == 0.75)
    #expect(scores.mean(.map, at: 3) == nil && scores.perUser(.recall, at: 4) == nil)
    #expect(
      RankingScores(RankedLists(width: 3, items: []), heldOut: heldOut([]), cutoffs: [3]).mean(.map, at: 3)
        == nil
    )
  }

  @Test("the number of threads changes nothing")
  func threads() {
    let items = (0..<5000 * 10).map { Int64($0 * 7919 % 50) }
    let targets = heldOut((0..<5000).map { [Int64($0 % 50), Int64($0 * 3 % 50)] })
    let lists = RankedLists(width: 10, items: items)
    #expect(
      RankingScores(lists, heldOut: targets, cutoffs: [5, 10], threads: 2)
        == RankingScores(lists, heldOut: targets, cutoffs: [5, 10])
    )
  }

  @Test(
    "the golden rankings give the golden metrics",
    .enabled(
      if: SharedFiles.has("golden/retrieval/retrieval.json"),
      "../shared with the golden values is not there"
    )
  )
  func golden() throws {
    let top = try SharedFiles.int64("golden/retrieval/top20.npy")
    let targets = try SharedFiles.int64("golden/retrieval/targets.npy")
    // JSONSerialization rounds the last digit of some numbers wrongly; the decoder does not.
    struct Golden: Decodable { var metrics: [String: Double] }
    let path = try SharedFiles.path("golden/retrieval/retrieval.json")
    let expected = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
      .metrics
    let scores = RankingScores(
      RankedLists(width: 20, items: top),
      heldOut: heldOut(targets.map { [$0] }),
      metrics: [.hitRate, .ndcg, .mrr],
      cutoffs: [20]
    )
    #expect(Dictionary(uniqueKeysWithValues: scores.named.map { ($0.name, $0.value) }) == expected)
  }

  @Test("popularity ranks by clicks, ties by the lower key, without what the user has seen")
  func popularity() {
    let history = UserSequences(
      users: [1, 2],
      offsets: [0, 4, 7],
      items: [30, 30, 20, 10, 30, 20, 10],
      times: nil,
      rows: [Int32](0..<7)
    )
    let popularity = Popularity(history)
    #expect(popularity.items == [30, 10, 20] && popularity.clicks == [3, 2, 2])
    var one = history
    one.items[6] = 40
    let ranking = Popularity(one)
    #expect(ranking.items == [30, 20, 10, 40])
    let lists = ranking.top(3, for: [2, 1, 99], unseenIn: one)
    #expect(Array(lists[0]) == [10] && Array(lists[1]) == [40] && Array(lists[2]) == [30, 20, 10])
    #expect(lists.counts == [1, 1, 3] && lists.scores[6] == 3)
  }
}
