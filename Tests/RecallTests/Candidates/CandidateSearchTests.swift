import Memory
import Numerics
import Testing

@testable import Clicks
@testable import Recall

/// Searches among candidates, held against comparing each query with each item by hand.
@Suite("Searches among candidates are those of brute force")
struct CandidateSearchTests {
  enum Rule: CaseIterable { case none, fixed, timed, mixed, rare }

  /// Items in no order of their ids, some with the same vector, and queries with moments, many of them the same.
  private struct World {
    let vectors: Matrix
    let ids: [Int64]
    let queries: Matrix
    let moments: [Int64]
    let seen: [[Int64]]
    /// When each item may be given, as plain conditions: allowed at all, from, until.
    let windows: [(isAllowed: Bool, from: Int64, until: Int64)]

    init(_ rule: Rule, items: Int = 400, queries: Int = 300) {
      var generator = SplitMix(seed: 11, stream: 5)
      func matrix(_ rows: Int) -> Matrix {
        // Quarters, whose products and sums are exact: the order of additions plays no part.
        Matrix(rows: rows, columns: 6, values: (0..<rows * 6).map { _ in Float(generator.below(9)) / 4 - 1 })
      }
      (vectors, self.queries) = (matrix(items), matrix(queries))
      ids = (0..<items).map { Int64(($0 * 37) % items) * 3 + 1 }
      moments = (0..<queries).map { _ in Int64(generator.below(60)) }
      let all = ids
      seen = (0..<queries).map { _ in (0..<generator.below(9)).map { _ in all[generator.below(items)] } + [-5]
      }
      windows = (0..<items).map { item in
        let (draw, from) = (generator.below(10), Int64(generator.below(70)) - 5)
        let until = from + Int64(generator.below(40)) - 3
        return switch rule {
        case .none: (true, .min, .max)
        case .fixed: (draw < 4, .min, .max)
        case .timed: (true, from, until)
        case .mixed: (draw > 1, draw < 6 ? .min : from, draw > 8 ? .max : until)
        case .rare: (item % 97 == 0, draw < 5 ? .min : from, .max)
        }
      }
    }

    var rules: CandidateItems {
      CandidateItems(
        ids: ids,
        moments: windows.map { window in
          guard window.isAllowed else { return .never }
          let start = MomentSet.from(window.from)
          return window.until == .max
            ? start : start.intersection(window.until == .min ? .never : .upTo(window.until - 1))
        }
      )
    }

    func isCandidate(_ item: Int, _ query: Int) -> Bool {
      let window = windows[item]
      return window.isAllowed && window.from <= moments[query]
        && (moments[query] < window.until || window.until == .max)
    }

    /// All candidates of a query, best first.
    func ranked(_ query: Int, hidesSeen: Bool) -> [Int64] {
      let hidden = Set(hidesSeen ? seen[query] : [])
      let found = ids.indices.filter { isCandidate($0, query) && !hidden.contains(ids[$0]) }
        .map { item in
          (
            score: zip(queries.row(query), vectors.row(item)).reduce(Float(0)) { $0 + $1.0 * $1.1 },
            id: ids[item]
          )
        }
      return found.sorted { ($1.score, $0.id) < ($0.score, $1.id) }.map(\.id)
    }

    func index(_ factory: String) throws -> SearchIndex {
      guard factory != "Flat" else { return SearchIndex(vectors: vectors, ids: ids, approximate: nil) }
      let index = try FaissIndex(factory: factory, dimension: 6)
      try index.train(vectors, threads: 1)
      try index.add(vectors, ids: ids, threads: 1)
      return SearchIndex(vectors: vectors, ids: ids, approximate: index)
    }
  }

  private func lists(
    _ world: World,
    _ index: SearchIndex,
    _ settings: SearchSettings = SearchSettings(),
    k: Int,
    hidesSeen: Bool,
    way: Ranker.Way,
    threads: Int = 1
  ) throws -> Ranker.Result {
    let ranker = Ranker(
      index: index,
      settings: settings,
      rules: CandidateRules(items: world.rules),
      threads: threads
    )
    let options = SearchOptions(exclusions: hidesSeen ? Exclusions(world.seen) : nil, threads: threads)
    return try ranker.search(world.queries, k: k, options, way, at: world.moments)
  }

  @Test("exact search", arguments: Rule.allCases, [false, true])
  func exact(rule: Rule, hidesSeen: Bool) throws {
    let world = World(rule)
    let index = try world.index("Flat")
    for k in [1, 10, 500] {
      let found = try lists(world, index, k: k, hidesSeen: hidesSeen, way: .asSet)
      for query in world.moments.indices {
        #expect(Array(found.lists[query]) == Array(world.ranked(query, hidesSeen: hidesSeen).prefix(k)))
      }
      #expect(found.shortUsers == 0)
      let other = try lists(world, index, k: k, hidesSeen: hidesSeen, way: .asSet, threads: 2)
      #expect(other.lists == found.lists)
    }
  }

  @Test(
    "an approximate index that looks everywhere, and one whose short lists are filled",
    arguments: ["IVF8,Flat", "HNSW16"],
    Rule.allCases
  )
  func approximate(factory: String, rule: Rule) throws {
    let world = World(rule)
    let index = try world.index(factory)
    var narrow = SearchSettings()
    (narrow.nprobe, narrow.efSearch) = (1, 4)
    for hidesSeen in [false, true] {
      let k = 10
      let everywhere = try lists(world, index, k: k, hidesSeen: hidesSeen, way: .everywhere).lists
      let alone = try lists(world, index, narrow, k: k, hidesSeen: hidesSeen, way: .indexAlone)
      let filled = try lists(world, index, narrow, k: k, hidesSeen: hidesSeen, way: .asSet)
      #expect(filled.shortUsers == alone.shortUsers)
      var short = 0
      for query in world.moments.indices {
        let truth = world.ranked(query, hidesSeen: hidesSeen)
        let place = Dictionary(uniqueKeysWithValues: truth.enumerated().map { ($1, $0) })
        // Equal scores come in the index's own order, so that scores are what is compared.
        func scores(_ ids: some Sequence<Int64>) -> [Float] { ids.map { score(world, query, $0) } }
        if factory.hasPrefix("IVF") {
          #expect(scores(everywhere[query]) == scores(truth.prefix(k)))
        }
        for found in [everywhere[query], alone.lists[query], filled.lists[query]] {
          #expect(found.allSatisfy { place[$0] != nil }, "no candidate is given")
          #expect(Set(found).count == found.count)
        }
        let wanted = min(k, truth.count)
        if alone.lists[query].count < wanted {
          short += 1
          #expect(Array(filled.lists[query]) == Array(truth.prefix(k)))
        } else {
          #expect(filled.lists[query] == alone.lists[query])
        }
        #expect(filled.lists[query].count == wanted)
      }
      #expect(short == alone.shortUsers)
      if factory.hasPrefix("IVF"), rule == .fixed { #expect(short > 0 || hidesSeen == false) }
    }
    let two = try lists(world, index, narrow, k: 10, hidesSeen: true, way: .asSet, threads: 2)
    #expect(try two.lists == lists(world, index, narrow, k: 10, hidesSeen: true, way: .asSet).lists)
  }

  private func score(_ world: World, _ query: Int, _ id: Int64) -> Float {
    guard let item = world.ids.firstIndex(of: id) else { return .nan }
    return zip(world.queries.row(query), world.vectors.row(item)).reduce(Float(0)) { $0 + $1.0 * $1.1 }
  }

  @Test("how many candidates requests have, and which are any's", arguments: Rule.allCases)
  func counts(rule: Rule) throws {
    let world = World(rule)
    let rules = world.rules
    let counts = world.moments.indices.map { query in
      world.ids.indices.count { world.isCandidate($0, query) }
    }
    for query in world.moments.indices { #expect(rules.count(at: world.moments[query]) == counts[query]) }
    let all = try #require(CandidateCounts(rules, at: world.moments))
    let sorted = counts.sorted()
    #expect(all.least == sorted[0] && all.most == sorted[299] && all.median == sorted[149])
    #expect(rules.isTimed == (rule != .none && rule != .fixed))
    #expect(CandidateCounts(rules, at: []) == nil)
    let few = rules.keeping { $0 % 2 == 0 }
    #expect(few.possible.keys == rules.possible.keys.filter { $0 % 2 == 0 })
    #expect(try few.digest() != rules.digest() && rules.digest() == world.rules.digest())
  }
}
