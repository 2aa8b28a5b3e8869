import CFaiss

extension FaissIndex {
  /// Queries that go to FAISS together, between two looks at progress and checkpoint.
  private static let blockSize = 1024

  /// The best items found for each query: as many as `k` where the index finds so many.
  ///
  /// For each block of queries FAISS is asked for `k` and as many items more as the longest list of
  /// exclusions in it has, so that filtering does not leave fewer while there are more to be found. Equal
  /// scores come in FAISS's order, but for items that share a vector, which come by their ids. The index
  /// is the faster the more threads it is given, as FAISS sees fit.
  ///
  /// - Parameters:
  ///   - queries: `[queries, dimension]`.
  ///   - k: places a query, 0 or more.
  ///   - options: exclusions, threads, progress, checkpoint.
  /// - Throws: `FaissFailure.notTrained`, `.library`; what `options.checkpoint` throws.
  package func search(
    queries: Matrix,
    k: Int,
    options: SearchOptions = SearchOptions()
  ) throws -> TopK {
    precondition(queries.columns == dimension, "queries have the dimension of the index")
    precondition(k >= 0, "k is 0 or more")
    if let exclusions = options.exclusions {
      precondition(exclusions.queries == queries.rows, "exclusions hold one list a query")
    }
    guard isTrained else { throw FaissFailure.notTrained(factory: factory) }
    var ids = [Int64](repeating: TopK.noItem, count: queries.rows * k)
    var scores = [Float](repeating: -.infinity, count: queries.rows * k)
    var counts = [Int](repeating: 0, count: queries.rows)
    try options.checkpoint()
    for start in stride(from: 0, to: k == 0 || count == 0 ? 0 : queries.rows, by: Self.blockSize) {
      let block = start..<min(start + Self.blockSize, queries.rows)
      let longest = options.exclusions.map { list in block.map { list.ids(of: $0).count }.max() ?? 0 } ?? 0
      let found = try fetch(queries, block, k: k, beside: longest, threads: options.threads)
      for query in block {
        let place = query - block.lowerBound
        let hidden = Set(options.exclusions?.ids(of: query) ?? [])
        func put(_ id: Int64, _ score: Float) {
          guard counts[query] < k, id >= 0, !hidden.contains(id) else { return }
          ids[query * k + counts[query]] = id
          scores[query * k + counts[query]] = score
          counts[query] += 1
        }
        for index in place * found.k..<(place + 1) * found.k where counts[query] < k {
          let (id, score) = (found.ids[index], found.scores[index])
          put(id, score)
          guard let others = others[id] else { continue }
          for other in others {
            if counts[query] == k { break }
            put(other, score)
          }
        }
      }
      options.progress(block.upperBound, queries.rows)
      try options.checkpoint()
    }
    return TopK(queries: queries.rows, k: k, ids: ids, scores: scores, counts: counts)
  }

  /// As many places as `k` items and `excluded` ones take, and more where vectors that are gone take places of them.
  private func fetch(
    _ queries: Matrix,
    _ block: Range<Int>,
    k: Int,
    beside excluded: Int,
    threads: Int
  ) throws(FaissFailure) -> (ids: [Int64], scores: [Float], k: Int) {
    let wanted = min(k + excluded, count)
    guard goneCount > 0 else { return try fetch(queries, block, k: wanted, threads: threads) }
    var places = min(count, wanted + wanted * goneCount / max(1, count - goneCount) + 8)
    while true {
      let found = try fetch(queries, block, k: places, threads: threads)
      let isEnough = (0..<block.count).allSatisfy { query in
        let own = found.ids[query * places..<(query + 1) * places]
        return own.contains(-1) || own.count { $0 != Self.gone } >= wanted
      }
      if isEnough || places == count { return found }
      places = min(count, places * 4)
    }
  }

  private func fetch(
    _ queries: Matrix,
    _ block: Range<Int>,
    k: Int,
    threads: Int
  ) throws(FaissFailure) -> (ids: [Int64], scores: [Float], k: Int) {
    var ids = [Int64](repeating: TopK.noItem, count: block.count * k)
    var scores = [Float](repeating: 0, count: block.count * k)
    let rows = queries.elements.baseAddress.map { $0 + block.lowerBound * dimension }
    try check(
      "search \(factory)",
      faiss_shim_search(
        handle,
        Int64(block.count),
        rows,
        Int64(k),
        &scores,
        &ids,
        Int32(clamping: threads)
      )
    )
    return (ids, scores, k)
  }
}
