import Glibc
import Memory
import Numerics
import Testing

@testable import Clicks
@testable import Recall

/// Searches whose scores have recent clicks, held against comparing each query with each item by hand.
@Suite("Searches with recent clicks are those of brute force")
struct ItemTrendTests {
  /// Items in no order of their ids, some with the same vector, clicks on these and on others, and queries at moments.
  private struct World {
    let vectors: Matrix
    let ids: [Int64]
    let queries: Matrix
    let moments: [Int64]
    let seen: [[Int64]]
    let clicks: [(key: Int64, time: Int64)]

    init(items: Int = 300, queries: Int = 200) {
      var generator = SplitMix(seed: 3, stream: 9)
      func matrix(_ rows: Int) -> Matrix {
        // Quarters, whose products and sums are exact: the order of additions plays no part.
        Matrix(rows: rows, columns: 6, values: (0..<rows * 6).map { _ in Float(generator.below(9)) / 4 - 1 })
      }
      (vectors, self.queries) = (matrix(items), matrix(queries))
      let all = (0..<items).map { Int64(($0 * 37) % items) * 3 + 1 }
      ids = all
      moments = (0..<queries).map { _ in Int64(generator.below(400)) * 60 }
      seen = (0..<queries).map { _ in (0..<generator.below(9)).map { _ in all[generator.below(items)] } }
      // Few items are clicked often; every tenth click is on something that nobody can be given.
      clicks = (0..<3_000).map { click in
        let item = min(generator.below(items), generator.below(items))
        return (click % 10 == 0 ? 2 + Int64(item) * 3 : all[item], Int64(generator.below(24_000)))
      }
    }

    func trend(_ hours: [Double] = [0.5, 2], _ weights: [Float] = [0.375, 0.25]) -> ItemTrend {
      ItemTrend(
        times: clicks.map(\.time),
        keys: clicks.map(\.key),
        hours: hours,
        ticksPerSecond: 1,
        weights: weights
      )
    }

    /// The best items of a query: every item compared, every click counted.
    func expected(_ query: Int, k: Int, isAllowed: (Int64) -> Bool = { _ in true }) -> [(
      id: Int64, score: Float
    )] {
      let moment = moments[query]
      var counts: [Int64: [Double]] = [:]
      for (key, time) in clicks where time < moment {
        for (window, seconds) in [Int64(1_800), 7_200].enumerated() where time >= moment - seconds {
          counts[key, default: [0, 0]][window] += 1
        }
      }
      var scored: [(id: Int64, score: Float)] = []
      for row in ids.indices where !seen[query].contains(ids[row]) && isAllowed(ids[row]) {
        var score: Float = 0
        for (a, b) in zip(queries.row(query), vectors.row(row)) { score += a * b }
        if let count = counts[ids[row]] {
          score += Float(0.375 * log(1 + count[0]) + 0.25 * log(1 + count[1]))
        }
        scored.append((ids[row], score))
      }
      scored.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
      return Array(scored.prefix(k))
    }
  }

  private func check(
    _ lists: RankedLists,
    _ world: World,
    k: Int,
    isAllowed: (Int64) -> Bool = { _ in true }
  ) {
    for query in 0..<lists.count {
      let expected = world.expected(query, k: k, isAllowed: isAllowed)
      let scores = lists.scores[query * k..<query * k + Int(lists.counts[query])]
      #expect(scores.count == expected.count)
      #expect(zip(scores, expected).allSatisfy { abs($0 - $1.score) < 1e-6 })
      #expect(zip(scores, scores.dropFirst()).allSatisfy(>=))
      // Items whose scores are within rounding of each other may change places.
      for (item, score) in zip(lists[query], scores) {
        let known = expected.first { $0.id == item }?.score ?? expected[expected.count - 1].score
        #expect(abs(known - score) < 1e-6)
      }
    }
  }

  @Test("of all items, exactly, with any number of threads", arguments: [1, 7, 40, 290])
  func exact(k: Int) throws {
    let world = World()
    let index = SearchIndex(vectors: world.vectors, ids: world.ids, approximate: nil)
    let options = SearchOptions(exclusions: Exclusions(world.seen))
    let lists = try [1, 2].map { threads in
      try Ranker(index: index, threads: threads)
        .search(world.queries, k: k, options, .asSet, at: world.moments, world.trend()).lists
    }
    #expect(lists[0] == lists[1])
    check(lists[0], world, k: k)
    let plain = try Ranker(index: index).search(world.queries, k: k, options, .asSet).lists
    #expect(plain != lists[0])
    let none = try Ranker(index: index)
      .search(world.queries, k: k, options, .asSet, at: world.moments, world.trend([0.5, 2], [0, 0])).lists
    #expect(none == plain)
  }

  @Test("among few items, and of queries of two vectors")
  func candidates() throws {
    let world = World()
    let index = SearchIndex(vectors: world.vectors, ids: world.ids, approximate: nil)
    let items = CandidateItems(ids: world.ids, moments: world.ids.map { $0 % 4 == 0 ? .never : .always })
    let options = SearchOptions(exclusions: Exclusions(world.seen))
    let lists = try Ranker(index: index, rules: CandidateRules(items: items))
      .search(world.queries, k: 12, options, .asSet, at: world.moments, world.trend()).lists
    check(lists, world, k: 12) { $0 % 4 != 0 }
    // Twice the same vector is one.
    var values: [Float] = []
    for row in 0..<world.queries.rows {
      values += Array(world.queries.row(row)) + Array(world.queries.row(row))
    }
    let twice = Matrix(rows: world.queries.rows, columns: 12, values: values)
    let same = try Ranker(index: index)
      .search(twice, k: 12, options, .exact, at: world.moments, world.trend()).lists
    check(same, world, k: 12)
  }

  @Test("an approximate index that looks everywhere has the exact lists", arguments: ["IVF4,Flat", "HNSW8"])
  func approximate(factory: String) throws {
    let world = World()
    let build = IndexBuild(factory)
    let made = try build.index(of: world.vectors, ids: world.ids, threads: 1)
    let index = SearchIndex(vectors: world.vectors, ids: world.ids, approximate: made)
    let lists = try Ranker(index: index).search(
      world.queries,
      k: 10,
      SearchOptions(exclusions: Exclusions(world.seen)),
      .everywhere,
      at: world.moments,
      world.trend()
    ).lists
    check(lists, world, k: 10)
  }

  @Test("clicks that are added count as if they had been there, of known items and of new ones")
  func added() throws {
    let world = World()
    let (first, later) = (world.clicks.prefix(1_000), world.clicks.dropFirst(1_000))
    var trend = ItemTrend(
      times: first.map(\.time),
      keys: first.map(\.key),
      hours: [0.5, 2],
      ticksPerSecond: 1,
      weights: [0.375, 0.25]
    )
    for click in later.prefix(500) { trend.add([click]) }
    trend.add(Array(later.dropFirst(500)))
    let index = SearchIndex(vectors: world.vectors, ids: world.ids, approximate: nil)
    let options = SearchOptions(exclusions: Exclusions(world.seen))
    let ranker = Ranker(index: index)
    let lists = try ranker.search(world.queries, k: 10, options, .asSet, at: world.moments, trend).lists
    #expect(
      lists
        == (try ranker.search(world.queries, k: 10, options, .asSet, at: world.moments, world.trend()).lists)
    )
    let owners = [0, 0, 5, 5, 9]
    let items = [world.ids[0], 2, world.ids[1], -7, world.ids[2]]
    let gains = trend.bonuses(of: items, owners: owners, at: world.moments)
    for (place, gain) in gains.enumerated() {
      let moment = world.moments[owners[place]]
      func count(_ seconds: Int64) -> Double {
        Double(
          world.clicks.count { $0.key == items[place] && $0.time < moment && $0.time >= moment - seconds }
        )
      }
      let expected: Double = 0.375 * log(1 + count(1_800)) + 0.25 * log(1 + count(7_200))
      #expect(abs(Double(gain) - expected) < 1e-6)
    }
  }
}
