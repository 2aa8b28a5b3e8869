import Memory
import Numerics

extension Ranker {
  /// How many places the lists that are compared anew may have together.
  private static let mostPlaces = 4_000_000

  /// The best `k` of more items that `search` finds, by their exact vectors; ties go to the lower id, as in an exact search.
  ///
  /// Source: H. Jégou, R. Tavenard, M. Douze, L. Amsaleg, "Searching in One Billion Vectors: Re-Rank with Source Coding",
  /// ICASSP 2011; with the vectors themselves, as FAISS's `IndexRefineFlat`.
  /// - Parameter search: finds lists of a length for some of the queries, their exclusions and moments.
  func reranked(
    _ queries: Matrix,
    k: Int,
    _ options: SearchOptions,
    at moments: [Int64],
    search: (Matrix, Int, SearchOptions, [Int64]) throws -> TopK
  ) throws -> TopK {
    let (product, overflows) = k.multipliedReportingOverflow(by: settings.rerank)
    let depth = max(k, min(overflows ? Int.max : product, index.ids.count))
    var lists = TopLists(queries: queries.rows, k: k)
    let size = max(1, Self.mostPlaces / max(1, depth))
    for start in stride(from: 0, to: queries.rows, by: size) {
      let rows = start..<min(start + size, queries.rows)
      var own = options
      own.exclusions = options.exclusions.map { lists in Exclusions(rows.map { Array(lists.ids(of: $0)) }) }
      own.progress = { done, _ in options.progress(start + done, queries.rows) }
      let part = rows.count == queries.rows ? queries : queries.rows(Array(rows))
      let found = compared(try search(part, depth, own, moments.isEmpty ? [] : Array(moments[rows])), part)
      for row in rows { lists.put(found, row - start, at: row) }
    }
    return lists.top
  }

  /// The same items with their exact scores, in the order of these.
  private func compared(_ found: TopK, _ queries: Matrix) -> TopK {
    var (ids, scores, counts) = (found.ids, found.scores, found.counts)
    ids.withUnsafeMutableBufferPointer { ids in
      scores.withUnsafeMutableBufferPointer { scores in
        counts.withUnsafeMutableBufferPointer { counts in
          let pieces = max(1, min(found.queries / 64, threads * 4))
          Threads(threads).forEachRange(of: found.queries, pieces: pieces) { range in
            for query in range {
              let start = query * found.k
              let best = best(found.ids(of: query), queries.row(query))
              for (place, item) in best.enumerated() {
                (ids[start + place], scores[start + place]) = (item.id, item.score)
              }
              for place in start + best.count..<start + counts[query] {
                (ids[place], scores[place]) = (TopK.noItem, -.infinity)
              }
              counts[query] = best.count
            }
          }
        }
      }
    }
    return TopK(queries: found.queries, k: found.k, ids: ids, scores: scores, counts: counts)
  }

  private func best(_ found: ArraySlice<Int64>, _ query: UnsafeMutableBufferPointer<Float>) -> [(
    id: Int64, score: Float
  )] {
    // What is not among the vectors, as in a file of another index, is no candidate.
    let known = found.compactMap { id in index.row(of: id).map { (id: id, row: $0) } }
    let scores = index.vectors.scores(ofRows: known.map(\.row), with: query)
    return zip(known, scores).map { (id: $0.id, score: $1.isNaN ? -.infinity : $1) }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
  }
}
