import Numerics
import Testing

@testable import Benchmark

@Suite("Agreement of two searches")
struct AgreementTests {
  private func found(_ ids: [Int64], _ scores: [Float]) -> TopK {
    TopK(queries: 1, k: ids.count, ids: ids, scores: scores, counts: [ids.count])
  }

  @Test("items whose scores are as good as equal may change places")
  func ties() {
    let agreement = Agreement(
      found([1, 2, 3], [0.9, 0.8, 0.8]),
      found([1, 3, 2], [0.9, 0.800_000_5, 0.8])
    )
    #expect(agreement.places == 3 && agreement.differing == 2 && agreement.wrong == 0)
  }

  @Test("another item with another score is wrong, and one whose score is no number too")
  func wrong() {
    #expect(Agreement(found([1, 2], [0.9, 0.8]), found([1, 3], [0.9, 0.79])).wrong == 1)
    #expect(Agreement(found([1, 2], [0.9, 0.8]), found([1, -1], [0.9, .nan])).wrong == 1)
  }

  @Test("the library that is linked finds what we find")
  func linked() throws {
    let vectors = SearchVectors(items: 500, queries: 30, dimension: 16)
    let own = try ExactSearch(items: vectors.items, ids: (0..<500).map { $0 }).search(
      queries: vectors.queries,
      k: 20
    )
    let other = try #require(try LinkedFaiss(vectors, threads: 2).search(k: 20).found)
    #expect(Agreement(own, other).wrong == 0)
    #expect(vectors.items.row(7).reduce(0) { $0 + $1 * $1 } > 0.999)
  }
}
