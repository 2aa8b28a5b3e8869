import Memory
import Numerics
import Testing

@testable import Clicks
@testable import Recall

/// Indexes that are chosen, and lists that are compared anew, held against comparing all items here.
@Suite("An index that is chosen")
struct IndexChoiceTests {
  /// Items in groups, in no order of their ids, and queries near some of them.
  private struct World {
    let vectors: Matrix
    let ids: [Int64]
    let requests: TrialRequests

    init(items: Int = 2000, queries: Int = 300, dimension: Int = 16) {
      var rng = NumpyGenerator(seed: 21)
      let centres = Matrix(rows: 40, columns: dimension)
      rng.fillNormal(centres.elements)
      func near(_ rows: Int) -> Matrix {
        let matrix = Matrix(rows: rows, columns: dimension)
        rng.fillNormal(matrix.elements)
        for row in 0..<rows {
          for column in 0..<dimension {
            matrix[row, column] = centres[(row * 7) % 40, column] + 0.4 * matrix[row, column]
          }
        }
        return matrix
      }
      vectors = near(items)
      let ids = (0..<items).map { Int64(($0 * 1237) % items) * 2 + 3 }
      self.ids = ids
      requests = TrialRequests(
        vectors: near(queries),
        seen: Exclusions((0..<queries).map { row in (0..<row % 5).map { ids[(row * 31 + $0) % items] } }),
        moments: [],
        targets: (0..<queries).map { [ids[($0 * 17) % items]] }
      )
    }

    /// All unseen items of a request by their products in Double, best first.
    func ranked(_ row: Int) -> [Int64] {
      let hidden = Set(requests.seen?.ids(of: row) ?? [])
      let scores = ids.indices.map { item in
        zip(requests.vectors.row(row), vectors.row(item)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      }
      return ids.indices.filter { !hidden.contains(ids[$0]) }.sorted { scores[$0] > scores[$1] }.map {
        ids[$0]
      }
    }

    func choice(_ goal: IndexGoal, _ forms: [String]) throws -> IndexChoice {
      var options = IndexTuner.Options()
      options.goal = goal
      options.forms = forms.map(IndexForm.init)
      return try IndexTuner.choice(vectors: vectors, ids: ids, requests: requests, options)
    }
  }

  private func goal(_ recall: Double, at k: Int) -> IndexGoal {
    var goal = IndexGoal()
    (goal.recall, goal.k) = (recall, k)
    return goal
  }

  // z = 1.959963984540054
  // centre = (p + z*z/(2*n)) / (1 + z*z/n)
  // half = z / (1 + z*z/n) * sqrt(p*(1-p)/n + z*z/(4*n*n))
  @Test(
    "Wilson's interval is that of its formula in Python",
    arguments: [
      (0.95, 100, 0.8882495307680808, 0.9784563208456319), (1, 100, 0.9630065017930143, 1),
      (0, 10, 0, 0.2775327998628892), (0.995, 4000, 0.9922892796106572, 0.9967608715325383),
    ]
  )
  func wilson(share: Double, count: Int, low: Double, high: Double) {
    let interval = ConfidenceInterval(wilson: share, of: count)
    #expect(abs(interval.low - low) < 1e-12 && abs(interval.high - high) < 1e-12)
    #expect(ConfidenceInterval(wilson: share, of: 0) == ConfidenceInterval(low: 0, high: 1))
  }

  @Test(
    "where all items are compared anew, lists are the exact ones to the bit; of fewer they hold more than without",
    arguments: ["SQ8", "PQ4x4", "IVF8,PQ4x4", "HNSW8_SQ8", "PCA4,Flat"],
    [1, 3]
  )
  func reranking(factory: String, threads: Int) throws {
    let world = World(items: 600, queries: 200)
    let index = try IndexBuild(factory).index(of: world.vectors, ids: world.ids, threads: 1) {}
    let search = SearchIndex(vectors: world.vectors, ids: world.ids, approximate: index)
    func lists(_ rerank: Int, _ way: Ranker.Way, _ rules: CandidateRules = CandidateRules()) throws
      -> RankedLists
    {
      var settings = SearchSettings()
      (settings.rerank, settings.nprobe, settings.efSearch) = (rerank, 8, 600)
      let ranker = Ranker(index: search, settings: settings, rules: rules, threads: threads)
      return try world.requests.lists(ranker, k: 10, way)
    }
    let exact = try lists(1, .exact)
    func found(_ lists: RankedLists) -> Int {
      (0..<200).reduce(0) { $0 + Set(exact[$1]).intersection(lists[$1]).count }
    }
    #expect(try lists(60, .indexAlone) == exact)
    let (bare, twice) = (try lists(1, .indexAlone), try lists(3, .indexAlone))
    #expect(found(twice) > found(bare))
    for row in 0..<200 {
      #expect(twice[row].count == 10 && Set(twice[row]).count == 10)
      #expect(Set(twice[row]).isDisjoint(with: world.requests.seen?.ids(of: row) ?? []))
    }
    // Among some candidates too.
    let moments = world.ids.map { $0 % 3 == 0 ? MomentSet.never : .always }
    let rules = CandidateRules(items: CandidateItems(ids: world.ids, moments: moments))
    #expect(try lists(60, .indexAlone, rules) == lists(1, .exact, rules))
  }

  @Test(
    "what is chosen holds the recall, by an interval around what comparing all items here says, and less does not",
    arguments: ["IVF64,Flat", "IVF64,SQ8", "HNSW16"]
  )
  func holds(factory: String) throws {
    let world = World()
    let choice = try world.choice(goal(0.9, at: 20), [factory])
    let chosen = try #require(choice.chosen)
    let index = try #require(choice.index?.faiss)
    #expect(chosen.interval.low >= 0.9 && chosen.setting.factory == factory)
    let search = SearchIndex(vectors: world.vectors, ids: world.ids, approximate: index)
    func lists(_ setting: IndexSetting) throws -> RankedLists {
      let ranker = Ranker(index: search, settings: setting.search(SearchSettings()))
      return try world.requests.lists(ranker, k: 20, .indexAlone)
    }
    let exact = (0..<300).map { Array(world.ranked($0).prefix(20)) }
    func recall(_ lists: RankedLists) -> Double {
      (0..<300).map { Double(Set(exact[$0]).intersection(lists[$0]).count) / 20 }.reduce(0, +) / 300
    }
    let own = try lists(chosen.setting)
    #expect(abs(recall(own) - chosen.recall) < 1e-9)
    let targets = world.requests.targets
    let (hits, exactHits) = (
      (0..<300).map { own[$0].contains(targets[$0][0]) }, (0..<300).map { exact[$0].contains(targets[$0][0]) }
    )
    #expect(chosen.exactHits == exactHits.count { $0 })
    #expect(chosen.lostHits == zip(exactHits, hits).count { $0 && !$1 })
    #expect(chosen.wonHits == zip(exactHits, hits).count { !$0 && $1 })
    // A fifth less is too little, but where it is the least there is.
    var less = chosen.setting
    less.nprobe = less.nprobe.map { $0 * 4 / 5 }
    less.efSearch = less.efSearch.map { max(20, $0 * 4 / 5) }
    guard less != chosen.setting, less.nprobe != 0 else { return }
    let failing = ConfidenceInterval(wilson: recall(try lists(less)), of: 300)
    #expect(failing.low < 0.9, "\(less.words)")
  }

  @Test(
    "budgets hold: what is too large is not measured, what is too slow not chosen, and nothing may be left"
  )
  func budgets() throws {
    let world = World()
    var small = goal(0.8, at: 10)
    small.bytes = 80_000
    // 2,000 vectors of 16 numbers are 128,000 bytes, at 8 bits 32,000, and 16,000 of ids.
    let choice = try world.choice(small, ["Flat", "SQ8", "HNSW16", "IVF16,Flat"])
    #expect(choice.chosen?.setting == IndexSetting(factory: "SQ8"))
    #expect(choice.chosen.map { $0.bytes <= 80_000 } == true)
    #expect(choice.skipped.contains { $0.hasPrefix("HNSW16 was not measured: it takes ") })
    #expect(choice.trials.map(\.setting.factory).contains("Flat"), "it is what others are held against")
    small.milliseconds = 1e-9
    let none = try world.choice(small, ["Flat", "SQ8", "HNSW16"])
    #expect(none.chosen == nil && none.index == nil && !none.holding.isEmpty)
    let exact = try world.choice(goal(0.999_999, at: 10), ["PQ4x4", "Flat"])
    #expect(exact.chosen?.setting == IndexSetting(factory: "Flat") && exact.chosen?.recall == 1)
  }

  @Test("what scores as high as the last of the exact list counts as one of it")
  func ties() throws {
    // Forty items with one vector: which of them stand in a list of ten is chance.
    let vectors = Matrix(rows: 40, columns: 4, values: (0..<160).map { _ in Float(0.5) })
    let ids = (0..<40).map { Int64(39 - $0) }
    let requests = TrialRequests(
      vectors: Matrix(rows: 2, columns: 4, values: [1, 1, 1, 1, -1, 0, 0, 0]),
      seen: nil,
      moments: [],
      targets: [[], []]
    )
    let index = try IndexBuild("HNSW8").index(of: vectors, ids: ids, threads: 1) {}
    let search = SearchIndex(vectors: vectors, ids: ids, approximate: index)
    let ranker = Ranker(index: search)
    let exact = ExactLists(requests, try requests.lists(ranker, k: 10, .exact))
    let found = try requests.lists(ranker, k: 10, .indexAlone)
    let expected = (0..<2).map { Double(min(10, found[$0].count)) / 10 }
    #expect(exact.recalls(found, requests, search) == expected)
  }

  @Test("the least size that a name tells is no more than the size, and most of it")
  func sizes() throws {
    let world = World(items: 1200)
    for name in [
      "SQ8", "SQ4", "PQ8", "PQ8x4", "IVF16,Flat", "IVF16,SQ8", "IVF16,PQ4", "HNSW16", "HNSW16_SQ8",
      "HNSW32,Flat",
    ] {
      let index = try IndexBuild(name).index(of: world.vectors, ids: world.ids, threads: 1) {}
      let (least, bytes) = (IndexForm(name).leastBytes(items: 1200, dimension: 16), try index.storedBytes())
      #expect(least <= bytes && Double(least) > 0.7 * Double(bytes), "\(name): \(least) of \(bytes)")
    }
    #expect(IndexForm("Flat").leastBytes(items: 1200, dimension: 16) == 1200 * 64)
    #expect(IndexForm("PCA4,Flat").leastBytes(items: 1200, dimension: 16) == 1200 * 8)
  }

  @Test("what is tried suits the number of items and their dimension")
  func usual() {
    func names(_ items: Int, _ dimension: Int, bytes: Int? = nil) -> [String] {
      var goal = IndexGoal()
      goal.bytes = bytes
      return IndexForm.usual(items: items, dimension: dimension, goal).map(\.factory)
    }
    #expect(names(999, 128) == ["Flat", "SQ8"])
    #expect(names(1000, 128) == ["Flat", "SQ8", "IVF64,Flat", "IVF64,SQ8", "HNSW32"])
    // Twice the root of 364,047 is 1,207.
    let whole = ["Flat", "SQ8", "IVF1024,Flat", "IVF1024,SQ8", "IVF1024,PQ32"]
    #expect(names(364_047, 128) == whole + ["HNSW32"])
    #expect(names(364_047, 128, bytes: 200_000_000) == whole + ["HNSW32_SQ8"])
    #expect(names(20_000, 30) == ["Flat", "SQ8", "IVF256,Flat", "IVF256,SQ8", "HNSW32"])
  }

  @Test("the frontier holds what no other equals or betters in all three")
  func frontier() {
    func trial(_ name: String, _ recall: Double, _ milliseconds: Double, _ bytes: Int) -> IndexTrial {
      IndexTrial(
        setting: IndexSetting(factory: name),
        bytes: bytes,
        milliseconds: milliseconds,
        recall: recall,
        interval: ConfidenceInterval(low: recall, high: recall),
        exactHits: 4,
        lostHits: 1,
        wonHits: 2,
        requests: 10
      )
    }
    var choice = IndexChoice()
    choice.trials = [
      trial("exact", 1, 10, 100), trial("slow", 0.9, 11, 100), trial("fast", 0.9, 1, 150),
      trial("same", 0.9, 1, 150),
      trial("small", 0.8, 5, 20), trial("worse", 0.8, 5, 30),
    ]
    #expect(choice.frontier.map(\.setting.factory) == ["fast", "small", "exact"])
    #expect(choice.trials[0].hitRate == 0.5 && choice.trials[0].exactHitRate == 0.4)
  }
}
