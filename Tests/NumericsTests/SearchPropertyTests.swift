import Memory
import TestSupport
import Testing

@testable import Numerics

@Suite("Properties of search")
struct SearchPropertyTests {
  private func matrix(_ rows: Int, _ columns: Int, isTied: Bool, _ draw: inout SplitMix) -> Matrix {
    let matrix = Matrix(rows: rows, columns: columns)
    for index in matrix.elements.indices {
      matrix.elements[index] = isTied ? Float(draw.below(3)) - 1 : Float(draw.unit() * 2 - 1)
    }
    return matrix
  }

  @Test(
    "the best items of random searches are those of brute force, to the bit: ties, repeated ids, exclusions, any k"
  )
  func exact() throws {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 901)
      let (dimension, isTied) = (draw.below(20), draw.below(2) == 0)
      let items = matrix(draw.below(70), dimension, isTied: isTied, &draw)
      let queries = matrix(draw.below(6), dimension, isTied: isTied, &draw)
      // Some ids stand in several rows, and rows are in no order.
      let ids = (0..<items.rows).map { _ in Int64(draw.below(90)) - 20 }
      let excluded = (0..<queries.rows).map { _ in
        (0..<draw.below(30)).map { _ in Int64(draw.below(100)) - 25 }
      }
      let isExcluding = draw.below(3) > 0
      let (k, threads) = (draw.below(items.rows + 4), 1 + draw.below(3))
      var search = ExactSearch(items: items, ids: ids)
      if draw.below(4) == 0 { search = search.kept(threads: threads) }
      let found = try search.search(
        queries: queries,
        k: k,
        options: SearchOptions(exclusions: isExcluding ? Exclusions(excluded) : nil, threads: threads)
      )
      let expected = SearchReference.search(
        items: items,
        ids: ids,
        queries: queries,
        k: k,
        excluded: isExcluding ? excluded : nil,
        fused: search.level > 0
      )
      let place = Comment(rawValue: "case \(number)")
      for query in 0..<queries.rows {
        #expect(Array(found.ids(of: query)) == expected.ids[query], place)
        #expect(Array(found.scores(of: query)) == expected.scores[query], place)
      }
    }
  }

  @Test("a flat index of FAISS gives the scores of brute force: sums of whole numbers, which are exact")
  func flat() throws {
    for number in 0..<max(1, PropertyCases.count / 10) {
      var draw = SplitMix(seed: number, stream: 902)
      let (items, queries) = (Matrix(rows: 1 + draw.below(60), columns: 5), Matrix(rows: 3, columns: 5))
      for matrix in [items, queries] {
        for index in matrix.elements.indices { matrix.elements[index] = Float(draw.below(201)) - 100 }
      }
      let ids = (0..<items.rows).map { Int64($0 * 3 + 1) }
      let index = try FaissIndex(factory: "Flat", dimension: items.columns)
      try index.add(items, ids: ids)
      let k = 1 + draw.below(items.rows)
      let found = try index.search(queries: queries, k: k)
      let expected = SearchReference.search(items: items, ids: ids, queries: queries, k: k, fused: false)
      for query in 0..<queries.rows {
        #expect(Array(found.scores(of: query)) == expected.scores[query], "case \(number)")
      }
    }
  }
}
