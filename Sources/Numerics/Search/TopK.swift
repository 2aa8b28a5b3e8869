/// The best items of each query, best first: what every search returns.
package struct TopK: Sendable, Equatable {
  /// The id that stands where there is no item.
  package static let noItem: Int64 = -1

  /// The number of queries.
  package let queries: Int
  /// The places per query, as asked for.
  package let k: Int
  /// Item ids, `[queries, k]`, row-major; places without an item, all at a row's end, hold `noItem`.
  package let ids: [Int64]
  /// Inner products, `[queries, k]`, row-major; places without an item hold negative infinity.
  package let scores: [Float]
  /// How many places of each row hold an item, `[queries]`.
  package let counts: [Int]

  /// Puts lists together from their parts.
  package init(queries: Int, k: Int, ids: [Int64], scores: [Float], counts: [Int]) {
    precondition(ids.count == queries * k && scores.count == ids.count && counts.count == queries)
    self.queries = queries
    self.k = k
    self.ids = ids
    self.scores = scores
    self.counts = counts
  }

  /// The ids found for one query, best first, without padding.
  package func ids(of query: Int) -> ArraySlice<Int64> {
    ids[query * k..<query * k + counts[query]]
  }

  /// The scores found for one query, best first, without padding.
  package func scores(of query: Int) -> ArraySlice<Float> {
    scores[query * k..<query * k + counts[query]]
  }
}
