import ClickFixtures
import Memory
import Numerics
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

@Suite("What became of the held-out items")
struct WaterfallTests {
  @Test("each counts once, by the first reason that applies; by hand")
  func byHand() throws {
    // Two users have three targets, one has two: found, removed, strange; seen, in the exact list, lower; untrained twice.
    let targets = HeldOutTargets(UserSequences([[1, 2, 3], [4, 5, 6], [7, 8]]))
    var asked: [Int] = []
    let waterfall = try MissWaterfall(
      targets,
      isFound: [true, false, false, false, false, false, false, false],
      // What is found is found, whatever it was.
      obstacles: [.neverClicked, .outside, .outside, .seen, .none, .none, .withoutVector, .neverClicked],
      isFoundExactly: { open in
        asked = open
        // Targets 4 and 7: the exact list is asked before whether anything was learned.
        return open.map { $0 == 4 || $0 == 7 }
      },
      isFoundLookingEverywhere: { lost in lost.map { $0 == 7 } },
      removed: { $0 == 2 }
    )
    #expect(asked == [4, 5, 6, 7])
    #expect(
      waterfall.fates == [
        .found, .filtered, .unknown, .seen, .lostByQuantisation, .beyond, .untrained, .lostBySearch,
      ]
    )
    let exact = try MissWaterfall(
      targets,
      isFound: [Bool](repeating: false, count: 8),
      obstacles: [.none, .none, .none, .seen, .none, .none, .withoutVector, .neverClicked],
      isFoundExactly: nil,
      removed: { _ in true }
    )
    #expect(exact.count(.beyond) == 5 && exact.count(.untrained) == 2 && exact.count(.seen) == 1)
    #expect(
      exact.count(.lostBySearch) == 0 && exact.count(.lostByQuantisation) == 0 && exact.count(.filtered) == 0
    )
  }

  @Test(
    "in random worlds found and lost make all, and what is lost is what an exact search says",
    arguments: [("Flat", 1), ("IVF16,Flat", 2), ("HNSW8", 3), ("IVF8,PQ2x4", 4)]
  )
  func adds(factory: String, seed: Int) throws {
    var generator = SplitMix(seed: seed, stream: 0)
    let (items, dimension, users, k) = (400, 8, 150, 40)
    func matrix(_ rows: Int) -> Matrix {
      Matrix(
        rows: rows,
        columns: dimension,
        values: (0..<rows * dimension).map { _ in Float(generator.unit() - 0.5) }
      )
    }
    let (vectors, queries) = (matrix(items), matrix(users))
    let ids = (0..<items).map { Int64($0 * 3) }
    var approximate: FaissIndex?
    if factory != "Flat" {
      let index = try FaissIndex(factory: factory, dimension: dimension)
      try index.train(vectors, threads: 1)
      try index.add(vectors, ids: ids, threads: 1)
      approximate = index
    }
    let seen = UserSequences(
      (0..<users).map { _ in (0...generator.below(5)).map { _ in Int64(3 * generator.below(items)) } }
    )
    // A third of the keys is in no index.
    let heldOut = UserSequences(
      (0..<users).map { _ in (0...generator.below(4)).map { _ in Int64(2 * generator.below(3 * items / 2)) } }
    )
    let targets = HeldOutTargets(heldOut)
    var settings = SearchSettings()
    settings.nprobe = 2
    let ranker = Ranker(
      index: SearchIndex(vectors: vectors, ids: ids, approximate: approximate),
      settings: settings
    )
    let hidden = Exclusions((0..<users).map { Array(seen.items[seen.range($0)]) })
    func lists(_ way: Ranker.Way) throws -> RankedLists {
      var options = SearchOptions()
      options.exclusions = hidden
      return try ranker.search(queries, k: k, options, way).lists
    }
    let (own, exact, everywhere) = (try lists(.indexAlone), try lists(.exact), try lists(.everywhere))
    let reachability = Reachability(
      targets,
      of: heldOut,
      seen: seen,
      index: ranker.index,
      catalogue: Catalogue(ItemTable(items: ids, categories: [Int64](repeating: 0, count: items))),
      clicks: ItemClicks(Popularity(seen))
    )
    let isFound = targets.found(in: own, k: k).map { $0 > 0 }
    let isFoundExactly = targets.found(in: exact, k: k).map { $0 > 0 }
    let isThere = targets.found(in: everywhere, k: k).map { $0 > 0 }
    let waterfall = try MissWaterfall(
      targets,
      isFound: isFound,
      obstacles: reachability.obstacles,
      isFoundExactly: approximate == nil ? nil : { open in open.map { isFoundExactly[$0] } },
      isFoundLookingEverywhere: SearchIndex.isQuantised(factory) ? { lost in lost.map { isThere[$0] } } : nil,
      removed: { $0 % 4 == 0 }
    )
    #expect(MissWaterfall.Fate.allCases.reduce(0) { $0 + waterfall.count($1) } == targets.count)
    for (target, fate) in waterfall.fates.enumerated() {
      let (user, item) = (targets.users[target], targets.items[target])
      let isIn = item % 3 == 0
      let isSeen = seen.items[seen.range(user)].contains(item)
      let expected: MissWaterfall.Fate =
        if own[user].contains(item) { .found } else if !isIn {
          item % 4 == 0 ? .filtered : .unknown
        } else if isSeen {
          .seen
        } else if exact[user].contains(item) {
          factory.contains("PQ") && !everywhere[user].contains(item) ? .lostByQuantisation : .lostBySearch
        } else if !seen.items.contains(item) {
          .untrained
        } else {
          .beyond
        }
      #expect(fate == expected)
    }
    #expect(waterfall.count(.found) > 0 && waterfall.count(.beyond) > 0 && waterfall.count(.unknown) > 0)
    // A graph of so few items may lose none.
    if factory != "HNSW8" { #expect((waterfall.count(.lostBySearch) > 0) == (factory != "Flat")) }
    #expect((waterfall.count(.lostByQuantisation) > 0) == (factory == "IVF8,PQ2x4"))
    // An IVF that stores vectors as they are loses nothing where it looks into all cells.
    if factory == "IVF16,Flat" { #expect(everywhere.items == exact.items) }
  }

  @Test(
    "which indexes store vectors with fewer bits is told by their factory strings",
    arguments: zip(
      ["Flat", "IVF256,Flat", "HNSW32", "IVF256,PQ16", "PQ8", "OPQ16,IVF64,PQ16", "HNSW32_SQ8", "IVF64,SQ8"],
      [false, false, false, true, true, true, true, true]
    )
  )
  func quantised(factory: String, isQuantised: Bool) {
    #expect(SearchIndex.isQuantised(factory) == isQuantised)
  }

  @Test("scores fall into equally wide bins; by hand")
  func histogram() throws {
    let histogram = try #require(ScoreHistogram([[0, 1, 2, 4, .nan], [4], []], bins: 4))
    #expect(histogram.middles == [0.5, 1.5, 2.5, 3.5])
    #expect(histogram.shares == [[0.25, 0.25, 0.25, 0.25], [0, 0, 0, 1], [0, 0, 0, 0]])
    #expect(ScoreHistogram([[1, 1], [1]]) == nil && ScoreHistogram([]) == nil)
  }

  @Test("what is shown is counted by the item's clicks; by hand")
  func popularity() {
    // Item 1 is clicked six times, 2 three times, 4 never.
    let clicks = ItemClicks(Popularity(UserSequences([[1, 1, 1, 2], [1, 1, 2], [1, 2]])))
    let use = CatalogueUse(
      RankedLists(width: 2, items: [1, 2, 1, 4, 9, 2]),
      k: 2,
      catalogue: Vocabulary(sortedKeys: [1, 2, 3, 4]),
      clicks: clicks
    )
    // Never, 1–4, 5–19; 9 is in no catalogue.
    #expect(use.shownByPopularity == [1, 2, 2, 0, 0, 0, 0])
  }

  @Test("examples are what they are called, differ, and are drawn by the seed")
  func examples() {
    let isFound = (0..<200).map { $0 % 3 == 0 }
    let lengths = (0..<200).map { 1 + $0 % 40 }
    let drawn = ExampleUsers.draw(8, isFound: isFound, historyLengths: lengths, seed: 5)
    #expect(drawn.map(\.kind) == ExampleUsers.Kind.allCases + ExampleUsers.Kind.allCases)
    #expect(Set(drawn.map(\.user)).count == 8)
    for example in drawn {
      switch example.kind {
      case .hit: #expect(isFound[example.user])
      case .miss: #expect(!isFound[example.user])
      // The 190th of the sorted lengths is 39.
      case .longHistory: #expect(lengths[example.user] >= 39)
      case .newUser: #expect(lengths[example.user] == 1)
      }
    }
    #expect(drawn == ExampleUsers.draw(8, isFound: isFound, historyLengths: lengths, seed: 5))
    #expect(drawn != ExampleUsers.draw(8, isFound: isFound, historyLengths: lengths, seed: 6))
    // Nobody is found, and all histories are one click long.
    let few = ExampleUsers.draw(4, isFound: [false, false], historyLengths: [1, 1], seed: 1)
    #expect(few.map(\.kind) == [.miss, .newUser])
    #expect(ExampleUsers.draw(4, isFound: [], historyLengths: [], seed: 1).isEmpty)
  }

  @Test("bins of history lengths double in width")
  func lengths() {
    #expect([1, 2, 3, 4, 5, 8, 9, 16, 17].map(SplitReport.bin) == [0, 1, 2, 2, 3, 3, 4, 4, 5])
  }
}
