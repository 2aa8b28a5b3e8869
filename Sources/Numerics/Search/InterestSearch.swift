/// The search for queries of several vectors each: every vector is searched for, and an item has the best of its scores.
///
/// A row of such queries is as many times as wide as an item's vector as it has vectors, which stand one after another. An
/// item that is among the best k by its best score is among the best k of the vector that gives it, so that the lists of k
/// of each vector hold all that is needed. Source: Y. Cen et al., KDD 2020, section 3.3 (without its weight for
/// diversity).
package enum InterestSearch {
  /// The best items of each query, best first; ties go to the lower id.
  /// - Parameters:
  ///   - queries: `[queries, n * dimension]` with n of 1 or more.
  ///   - dimension: the width of an item's vector.
  ///   - search: finds the best items of vectors `[queries * n, dimension]` under options that speak of these; it is told n.
  /// - Throws: what `search` throws.
  package static func lists(
    _ queries: Matrix,
    dimension: Int,
    _ options: SearchOptions,
    search: (_ vectors: Matrix, _ options: SearchOptions, _ interests: Int) throws -> TopK
  ) throws -> TopK {
    let interests = interests(of: queries.columns, dimension)
    guard interests > 1 else { return try search(queries, options, 1) }
    var own = options
    own.exclusions = options.exclusions?.repeated(interests)
    own.progress = { done, total in options.progress(done / interests, total / interests) }
    return try search(queries.cut(into: interests), own, interests).merged(every: interests)
  }

  /// How many vectors a query of `columns` numbers has.
  static func interests(of columns: Int, _ dimension: Int) -> Int {
    precondition(
      columns == dimension || (dimension > 0 && columns > 0 && columns % dimension == 0),
      "queries and items have one dimension"
    )
    return dimension > 0 ? columns / dimension : 1
  }

  /// The best inner product of an item's vector with those of a query, each the chain of fused multiply-adds that a search
  /// scores by.
  package static func score(
    _ query: UnsafeMutableBufferPointer<Float>,
    _ item: UnsafeMutableBufferPointer<Float>
  ) -> Float {
    let interests = interests(of: query.count, item.count)
    let scores = (0..<interests).map { interest in
      item.indices.reduce(Float(0)) { $0.addingProduct(query[interest * item.count + $1], item[$1]) }
    }
    return scores.dropFirst().reduce(scores[0]) { best($0, $1) }
  }

  /// The larger of two scores; what is not a number is none.
  static func best(_ a: Float, _ b: Float) -> Float { b > a || a.isNaN ? b : a }
}

extension Matrix {
  /// The same numbers with every row cut into `count`, one under another: `[rows * count, columns / count]`.
  package func cut(into count: Int) -> Matrix {
    precondition(columns % count == 0, "rows are cut into equal parts")
    return Matrix(rows: rows * count, columns: columns / count, values: elements)
  }
}

extension Exclusions {
  /// The same lists, each so many times one after another.
  fileprivate func repeated(_ count: Int) -> Exclusions {
    var offsets = [0]
    offsets.reserveCapacity(queries * count + 1)
    var all: [Int64] = []
    all.reserveCapacity(ids.count * count)
    for query in 0..<queries {
      for _ in 0..<count {
        all += ids(of: query)
        offsets.append(all.count)
      }
    }
    return Exclusions(offsets: offsets, ids: all)
  }
}

extension TopK {
  /// Lists of `queries / count` queries, each of which had `count` in a row here.
  fileprivate func merged(every count: Int) -> TopK {
    let rows = queries / count
    var ids = [Int64](repeating: Self.noItem, count: rows * k)
    var scores = [Float](repeating: -.infinity, count: rows * k)
    var counts = [Int](repeating: 0, count: rows)
    var found: [(id: Int64, score: Float)] = []
    for row in 0..<rows {
      found.removeAll(keepingCapacity: true)
      for query in row * count..<(row + 1) * count {
        for (id, score) in zip(self.ids(of: query), self.scores(of: query)) {
          found.append((id, score.isNaN ? -.infinity : score))
        }
      }
      // The best score of each item, then the best items.
      found.sort { $0.id != $1.id ? $0.id < $1.id : $0.score > $1.score }
      var distinct = 0
      for place in found.indices where place == 0 || found[place].id != found[distinct - 1].id {
        found[distinct] = found[place]
        distinct += 1
      }
      found.removeLast(found.count - distinct)
      found.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
      counts[row] = min(k, distinct)
      for place in 0..<counts[row] {
        (ids[row * k + place], scores[row * k + place]) = (found[place].id, found[place].score)
      }
    }
    return TopK(queries: rows, k: k, ids: ids, scores: scores, counts: counts)
  }
}
