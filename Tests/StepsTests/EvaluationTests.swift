import ClickFixtures
import Numerics
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

@Suite("What an evaluation is worth")
struct EvaluationTests {
  /// Item 1 is clicked six times, 2 three times, 3 twice, 4 once: 12 clicks, of which 80 % are 10.
  private static let clicks = ItemClicks(
    Popularity(UserSequences([[1, 1, 1, 2], [1, 1, 2, 3], [1, 2, 3, 4]]))
  )

  @Test("the head are the items with 80 % of the clicks, and those clicked as often as the last of them")
  func head() {
    #expect([1, 2, 3, 4, 9].map(Self.clicks.count(of:)) == [6, 3, 2, 1, 0])
    #expect([1, 2, 3, 4, 9].map(Self.clicks.isHead) == [true, true, true, false, false])
    let even = ItemClicks(Popularity(UserSequences([[5, 6, 7]])))
    #expect(even.isHead(7) && !even.isHead(8))
  }

  @Test("coverage, Gini and mean popularity of what is shown, by hand")
  func catalogueUse() {
    let catalogue = Vocabulary(sortedKeys: [1, 2, 3, 4])
    // At 2: item 1 is shown twice, 2 and 3 once; 9 is not in the catalogue, the third user is shown nothing.
    let lists = RankedLists(width: 3, items: [1, 2, 4, 3, 1, 4, 0, 0, 0, 9, 0, 0], counts: [3, 3, 0, 1])
    let use = CatalogueUse(lists, k: 2, catalogue: catalogue, clicks: Self.clicks)
    #expect(use.coverage == 0.75)
    // x = 0, 1, 1, 2: (−3·0 − 1·1 + 1·1 + 3·2) / (4 · 4).
    #expect(use.gini == 0.375)
    #expect(use.meanPopularity == ((6.0 + 3) / 2 + (2.0 + 6) / 2 + 0) / 3)
    let even = CatalogueUse(
      RankedLists(width: 2, items: [1, 2, 3, 4]),
      k: 2,
      catalogue: catalogue,
      clicks: Self.clicks
    )
    #expect(even.gini == 0 && even.coverage == 1)
    let one = CatalogueUse(
      RankedLists(width: 1, items: [2, 2]),
      k: 1,
      catalogue: catalogue,
      clicks: Self.clicks
    )
    #expect(one.gini == 0.75 && one.coverage == 0.25 && one.meanPopularity == 3)
    let none = CatalogueUse(
      RankedLists(width: 0, items: [], counts: [0]),
      k: 5,
      catalogue: catalogue,
      clicks: Self.clicks
    )
    #expect(
      none == CatalogueUse(RankedLists(width: 1, items: []), k: 1, catalogue: catalogue, clicks: Self.clicks)
    )
    #expect(none.gini == 0 && none.coverage == 0 && none.meanPopularity == 0)
  }

  @Test("Gini is half the relative mean difference of all pairs")
  func giniOfPairs() {
    let shown = [0, 7, 1, 3, 3, 0, 12, 5]
    let lists = RankedLists(
      width: 1,
      items: shown.enumerated().flatMap { [Int64](repeating: Int64($0), count: $1) }
    )
    let use = CatalogueUse(lists, k: 1, catalogue: Vocabulary(sortedKeys: Array(0..<8)), clicks: Self.clicks)
    let pairs = shown.reduce(0) { sum, a in sum + shown.reduce(0) { $0 + abs(a - $1) } }
    #expect(abs(use.gini - Double(pairs) / Double(2 * 8 * shown.reduce(0, +))) < 1e-15)
  }

  @Test("targets are distinct items, found among the first k")
  func targets() {
    let targets = HeldOutTargets(UserSequences([[7], [8, 9, 8], [5]]))
    #expect(targets.users == [0, 1, 1, 2] && targets.items == [7, 8, 9, 5] && !targets.isOnePerUser)
    let lists = RankedLists(width: 3, items: [1, 7, 2, 9, 1, 8, 1, 2, 3], counts: [3, 3, 3])
    #expect(
      targets.found(in: lists, k: 2) == [1, 0, 1, 0] && targets.found(in: lists, k: 3) == [1, 1, 1, 0]
    )
    #expect(HeldOutTargets(UserSequences([[7], [8]])).isOnePerUser)
  }

  @Test("bins begin at their starts and are called by what is in them")
  func bins() {
    let bins = Bins([1, 2, 3, 5])
    #expect(bins.labels == ["1", "2", "3–4", "5 and more"])
    #expect([0, 1, 2, 3, 4, 5, 600].map(bins.bin(of:)) == [0, 0, 1, 2, 2, 3, 3])
  }

  @Test("slices by history, gap and popularity, by hand")
  func slices() throws {
    let history = UserSequences(
      [[1], [1, 2], [1, 1, 2, 3]],
      times: [[1000], [0, 5000], [0, 1, 2, 100_000]]
    )
    let heldOut = UserSequences([[9], [2], [4]], times: [[31_000], [605_000], [100_000]])
    let length = Slicing(historyLength: history, of: heldOut.users)
    #expect(length.slices == [0, 1, 2] && Array(length.counts.prefix(4)) == [1, 1, 1, 0])
    let gap = try #require(Slicing(gapAfter: history, to: heldOut, ticksPerSecond: 1000))
    #expect(gap.slices.map { gap.labels[$0] } == ["under 1 minute", "10–60 minutes", "under 1 minute"])
    #expect(gap.means(of: [1, 0, 0])[0] == 0.5 && gap.means(of: [1, 0, 0])[2] == 0)
    #expect(gap.means(of: [1, 0, 0])[5].isNaN)
    let untimed = UserSequences([[1], [1, 2], [1]])
    #expect(Slicing(gapAfter: untimed, to: heldOut, ticksPerSecond: 1) == nil)
    let targets = HeldOutTargets(heldOut)
    let popularity = Slicing(popularityOf: targets, Self.clicks)
    #expect(popularity.slices.map { popularity.labels[$0] } == ["never: a new item", "1–4", "1–4"])
    let tail = Slicing(headAndTail: targets, Self.clicks)
    #expect(tail.slices == [2, 0, 1] && tail.counts == [1, 1, 1])
  }

  @Test("a gap beyond all numbers is in the last slice")
  func hugeGap() throws {
    let history = UserSequences([[1]], times: [[.min]])
    let gap = try #require(
      Slicing(gapAfter: history, to: UserSequences([[2]], times: [[.max]]), ticksPerSecond: 1)
    )
    #expect(gap.slices == [gap.labels.count - 1])
  }

  @Test("what cannot be found, why, and the hit rate that is left")
  func reachability() {
    let table = ItemTable(items: [1, 2, 3, 4, 5, 6], categories: [0, 0, 0, 0, 0, 0])
    let catalogue = Catalogue(table, codedItems: [1, 2, 3, 6])
    // 4 and 5 have no code and share a vector; 3 has zeros; 6 was never clicked and has a vector.
    let vectors = Matrix(rows: 6, columns: 2, values: [1, 0, 0, 1, 0, 0, 2, 2, 2, 2, 1, 1])
    let index = SearchIndex(vectors: vectors, ids: table.items, approximate: nil)
    let heldOut = UserSequences([[1], [2], [3], [4], [9], [6], [5, 1]])
    let seen = UserSequences([[1], [3], [1], [1], [1], [1], [2]])
    let facts = Reachability(
      HeldOutTargets(heldOut),
      of: heldOut,
      seen: seen,
      index: index,
      catalogue: catalogue,
      clicks: Self.clicks
    )
    #expect(facts.targets == 8 && facts.outside == 1 && facts.seen == 1 && facts.withoutVector == 3)
    #expect(facts.neverClicked == 1 && facts.ceiling == 3.0 / 7)
  }

  @Test("clicks from the future are counted, those of others only")
  func future() throws {
    // Asked at 10, after everything; at 5, after 1 and 2 but before 8 and 9.
    let split = SplitData(
      history: UserSequences([[1, 2], [3], [4, 5]], times: [[1, 8], [4], [2, 9]]),
      heldOut: UserSequences([[6], [7]], times: [[10], [5]])
    )
    let future = try #require(FutureClicks(split))
    #expect(future.users == 1 && future.meanShare == (0 + 2.0 / 4) / 2)
    let honest = SplitData(
      history: UserSequences([[1], [2]], times: [[1], [5]]),
      heldOut: UserSequences([[3], [4]], times: [[5], [6]])
    )
    #expect(FutureClicks(honest)?.users == 0 && FutureClicks(honest)?.meanShare == 0)
    let untimed = SplitData(history: UserSequences([[1]]), heldOut: UserSequences([[2]]))
    #expect(FutureClicks(untimed) == nil)
  }

  @Test("a user's own later clicks are no one else's, as in files split by hand")
  func ownFuture() throws {
    let split = SplitData(
      history: UserSequences([[1, 2], [3]], times: [[1, 20], [30]]),
      heldOut: UserSequences([[6]], times: [[10]])
    )
    #expect(FutureClicks(split)?.meanShare == 1)
  }
}
