import Files
import Memory
import Numerics
import TestSupport
import Testing

@testable import Clicks
@testable import Recall

/// Items that share vectors in approximate indexes, held against comparing each query with each item.
@Suite("An approximate index holds a vector that many items share once, and finds all of them")
struct RepeatedVectorTests {
  /// 600 items in no order of their ids: 350 have a vector of zeros, 20 another one.
  private struct World {
    let vectors = Matrix(rows: 600, columns: 8)
    let ids = (0..<600).map { Int64(($0 * 371) % 600) * 2 + 3 }
    let queries = Matrix(rows: 60, columns: 8)
    let seen: [[Int64]]

    init() {
      var generator = SplitMix(seed: 3, stream: 9)
      // Quarters, whose products and sums are exact: the order of additions plays no part.
      for place in queries.elements.indices { queries.elements[place] = Float(generator.below(17)) / 4 - 2 }
      for row in 0..<600 {
        for column in 0..<8 {
          vectors[row, column] =
            row % 12 < 7 ? 0 : row % 30 == 29 ? Float(column) / 4 - 1 : Float(generator.below(17)) / 4 - 2
        }
      }
      let all = ids
      seen = (0..<60).map { _ in (0..<generator.below(40)).map { _ in all[generator.below(600)] } }
    }

    /// The scores of the best items of a query among those that `isAllowed` says, best first.
    func scores(_ query: Int, _ isAllowed: (Int64) -> Bool) -> [Float] {
      let hidden = Set(seen[query])
      return (0..<600).filter { isAllowed(ids[$0]) && !hidden.contains(ids[$0]) }
        .map { item in zip(queries.row(query), vectors.row(item)).reduce(Float(0)) { $0 + $1.0 * $1.1 } }
        .sorted(by: >)
    }
  }

  private let world = World()
  private let directory: ScratchFolder

  init() throws { directory = try ScratchFolder() }

  private func check(_ index: FaissIndex, k: Int, _ rules: CandidateRules, _ isAllowed: (Int64) -> Bool)
    throws
  {
    let search = SearchIndex(vectors: world.vectors, ids: world.ids, approximate: index)
    let found = try Ranker(index: search, rules: rules, threads: 2).search(
      world.queries,
      k: k,
      SearchOptions(exclusions: Exclusions(world.seen), threads: 2),
      .everywhere
    )
    for query in 0..<60 {
      let list = Array(found.lists[query])
      let scores = list.map { id in
        world.ids.firstIndex(of: id).map { row in
          zip(world.queries.row(query), world.vectors.row(row)).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        }
      }
      #expect(scores == Array(world.scores(query, isAllowed).prefix(k)))
      #expect(Set(list).count == list.count)
      #expect(list.allSatisfy { isAllowed($0) && !world.seen[query].contains($0) })
      // Those that share a vector come by their ids.
      let shared = list.filter { id in
        world.ids.firstIndex(of: id).map { world.vectors.row($0).allSatisfy { $0 == 0 } } ?? false
      }
      #expect(shared == shared.sorted())
    }
  }

  @Test(
    "lists are those of brute force, of all items and of candidates, and after the index was read",
    arguments: ["HNSW16", "IVF8,Flat"]
  )
  func lists(factory: String) throws {
    let index = try IndexBuild(factory).index(of: world.vectors, ids: world.ids, threads: 2)
    let distinct = Set((0..<600).map { Array(world.vectors.row($0)) })
    #expect(index.count == distinct.count && index.count < 260)
    #expect(index.itemCount == 600)
    let allowed = CandidateItems(
      ids: world.ids,
      moments: world.ids.map { $0 % 3 == 0 ? MomentSet.always : .never }
    )
    let path = directory.file("index")
    try index.write(to: path)
    let read = try FaissIndex(reading: path, factory: factory, of: world.vectors, ids: world.ids)
    for index in [index, read] {
      for k in [5, 80, 599] {
        try check(index, k: k, CandidateRules()) { _ in true }
        try check(index, k: k, CandidateRules(items: allowed)) { $0 % 3 == 0 }
      }
    }
  }

  @Test("an exact index holds all; a file of other items is refused")
  func files() throws {
    #expect(try IndexBuild("Flat").index(of: world.vectors, ids: world.ids, threads: 1).count == 600)
    let path = directory.file("index")
    try IndexBuild("HNSW8").index(of: world.vectors, ids: world.ids, threads: 1).write(to: path)
    #expect(throws: FormatFailure.self) {
      try FaissIndex(reading: path, factory: "HNSW8", of: world.vectors, ids: world.ids.map { $0 + 1 })
    }
    #expect(throws: FormatFailure.self) {
      try FaissIndex(reading: path, factory: "HNSW8", of: Matrix(rows: 600, columns: 4), ids: world.ids)
    }
  }
}
