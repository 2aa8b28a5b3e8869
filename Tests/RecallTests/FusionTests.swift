import ClickFixtures
import Memory
import Testing

@testable import Clicks
@testable import Recall

@Suite("Merging lists")
struct FusionTests {
  private func lists(_ rows: [[(item: Int64, score: Float)]], width: Int) -> RankedLists {
    let padded = rows.map { $0 + [(item: Int64, score: Float)](repeating: (0, 0), count: width - $0.count) }
    return RankedLists(
      width: width,
      items: padded.flatMap { $0.map(\.item) },
      scores: padded.flatMap { $0.map(\.score) },
      counts: rows.map { Int32($0.count) }
    )
  }

  /// Two users; the second has no list from the baseline.
  private var ranked: [(source: CandidateSource, lists: RankedLists)] {
    [
      (.twoTower, lists([[(10, 0.9), (20, 0.5), (30, 0.1)], [(7, -1), (8, -2)]], width: 3)),
      (.itemCF, lists([[(30, 8), (40, 4)], []], width: 2)),
    ]
  }

  @Test("weighted: scores from 0 to 1 over each list, times the weights; ties by the lower key")
  func weighted() {
    var options = FusionOptions()
    options.weights = [.twoTower: 1, .itemCF: 0.5]
    let fused = FusedLists(ranked, k: 4, options, threads: 1)
    #expect(Array(fused.lists[0]) == [10, 20, 30, 40] && Array(fused.lists[1]) == [7, 8])
    #expect(fused.lists.scores[..<4] == [1, 0.5, 0.5, 0] && fused.lists.scores[4..<6] == [1, 0])
    #expect(fused.sources == [1, 1, 3, 2, 1, 1, 0, 0])
    #expect(CandidateSource.setNames[3] == "two_tower+item_cf" && CandidateSource.setNames[2] == "item_cf")
    #expect(CandidateSource.setNames.count == 32)
  }

  @Test("a list whose scores are all the same counts full")
  func constant() {
    var options = FusionOptions()
    options.weights = [.popularity: 2]
    let fused = FusedLists([(.popularity, lists([[(5, 3), (4, 3)]], width: 2))], k: 1, options, threads: 1)
    #expect(Array(fused.lists[0]) == [4] && fused.lists.scores == [2] && fused.sources == [4])
  }

  @Test("rrf: reciprocal ranks, times the weights")
  func reciprocalRank() {
    var options = FusionOptions()
    options.method = .rrf
    options.rrfK = 1
    options.weights = [.twoTower: 1, .itemCF: 0.5]
    let fused = FusedLists(ranked, k: 3, options, threads: 1)
    // 10: 1/2, 20: 1/3, 30: 1/4 + 0.5/2, 40: 0.5/3
    #expect(Array(fused.lists[0]) == [10, 30, 20])
    #expect(fused.lists.scores[..<3] == [0.5, 0.5, Float(1.0 / 3)])
    options.depth = 1
    let shallow = FusedLists(ranked, k: 3, options, threads: 1)
    #expect(Array(shallow.lists[0]) == [10, 30] && Array(shallow.lists[1]) == [7])
    #expect(shallow.sources[..<2] == [1, 2])
  }

  @Test(
    "the same as sums over dictionaries, for any number of threads",
    arguments: FusionOptions.Method.allCases
  )
  func random(method: FusionOptions.Method) {
    var options = FusionOptions()
    options.method = method
    options.weights = [.twoTower: 1, .itemCF: 0.5, .popularity: 0.25, .recentPopularity: 2]
    options.depth = 15
    var generator = SplitMix(seed: 5, stream: 1)
    let users = 600
    let ranked = CandidateSource.allCases.map { source in
      let rows = (0..<users).map { _ in
        let drawn = (0..<generator.below(20)).map { _ in Int64(generator.below(60)) }
        let items = drawn.enumerated().filter { drawn.firstIndex(of: $1) == $0 }.map(\.element)
        let scores = items.map { _ in Float(generator.below(40)) / 8 }.sorted(by: >)
        return zip(items, scores).map { (item: $0, score: $1) }
      }
      return (source: source, lists: lists(rows, width: 20))
    }
    let fused = FusedLists(ranked, k: 12, options, threads: 1)
    for user in 0..<users {
      var sums: [Int64: Double] = [:]
      var sources: [Int64: UInt8] = [:]
      for (source, lists) in ranked {
        let items = lists[user].prefix(15)
        let scores = lists.scores[user * 20..<user * 20 + items.count].map(Double.init)
        for (rank, item) in items.enumerated() {
          let span = (scores.first ?? 0) - (scores.last ?? 0)
          let share = span > 0 ? (scores[rank] - (scores.last ?? 0)) / span : 1
          let weight = options.weights[source] ?? 0
          sums[item, default: 0] += method == .rrf ? weight / Double(61 + rank) : weight * share
          sources[item, default: 0] |= source.bit
        }
      }
      let expected = best(12, of: sums.mapValues { Double(Float($0)) }, without: [])
      #expect(Array(fused.lists[user]) == expected)
      #expect(
        Array(fused.sources[user * 12..<user * 12 + expected.count]) == expected.map { sources[$0] ?? 0 }
      )
    }
    for threads in [2, 5] { #expect(FusedLists(ranked, k: 12, options, threads: threads) == fused) }
  }
}
