@testable import Numerics

/// Exact search as one would write it down: the result that `ExactSearch` must have.
enum SearchReference {
  /// The chain of fused multiply-adds that the kernels make, as long as the CPU has them.
  static func score(
    _ left: UnsafeMutableBufferPointer<Float>,
    _ right: UnsafeMutableBufferPointer<Float>,
    fused: Bool
  ) -> Float {
    var sum: Float = 0
    for index in left.indices {
      if fused { sum.addProduct(left[index], right[index]) } else { sum += left[index] * right[index] }
    }
    return sum
  }

  /// The best `k` ids of each query: by score, then id, then row.
  static func search(
    items: Matrix,
    ids: [Int64],
    queries: Matrix,
    k: Int,
    excluded: [[Int64]]? = nil,
    fused: Bool
  ) -> (ids: [[Int64]], scores: [[Float]]) {
    var allIDs: [[Int64]] = []
    var allScores: [[Float]] = []
    for query in 0..<queries.rows {
      let hidden = Set(excluded?[query] ?? [])
      var found: [(score: Float, id: Int64, row: Int)] = []
      for row in 0..<items.rows where !hidden.contains(ids[row]) {
        let score = score(queries.row(query), items.row(row), fused: fused)
        found.append((score.isNaN ? -.infinity : score, ids[row], row))
      }
      found.sort { $0.score != $1.score ? $0.score > $1.score : ($0.id, $0.row) < ($1.id, $1.row) }
      allIDs.append(found.prefix(k).map(\.id))
      allScores.append(found.prefix(k).map(\.score))
    }
    return (allIDs, allScores)
  }
}
