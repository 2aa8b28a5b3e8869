import CKernels
import Memory

extension SearchRun {
  /// Fewer items are not worth a thread of their own.
  static let fewestItems = 8_192

  /// As `fill`, for fewer groups of queries than threads: each group's items are shared out too, and the best of all parts
  /// are the best of the group.
  func fill(_ output: SearchOutput, groupSize: Int, parts: Int) throws {
    let groups = (queries.rows + groupSize - 1) / groupSize
    let block = Int(search_block_rows(search.items.columns))
    let blocks = (search.items.rows + block - 1) / block
    var found = [[[UInt64]]](repeating: [], count: groups * parts)
    found.withUnsafeMutableBufferPointer { found in
      // Each task has a place of its own.
      nonisolated(unsafe) let found = found
      Threads(options.threads).forEach(found.count) { task in
        let part = task % parts
        let positions =
          part * blocks / parts * block..<min((part + 1) * blocks / parts * block, search.items.rows)
        let worker = SearchWorker(run: self, groupSize: groupSize)
        found[task] = worker.keys(of: Array(group(task / parts, groupSize)), among: positions)
      }
    }
    for place in 0..<groups {
      let queries = Array(group(place, groupSize))
      var short: [Int] = []
      let excluded = ExcludedPositions(of: queries, options: options, search: search)
      for (index, query) in queries.enumerated() {
        let keys = found[place * parts..<(place + 1) * parts].flatMap { $0[index] }.sorted(by: >).prefix(keep)
        let expected = min(keep, search.items.rows - excluded.count(of: index))
        if keys.count == expected { output.write(keys, of: query, search) } else { short.append(query) }
      }
      // The guessed threshold was too high for these, or some scores are no numbers.
      if !short.isEmpty { SearchWorker(run: self, groupSize: groupSize).searchAll(short, into: output) }
    }
    try options.checkpoint()
    options.progress(queries.rows, queries.rows)
  }

  private func group(_ place: Int, _ size: Int) -> Range<Int> {
    place * size..<min((place + 1) * size, queries.rows)
  }
}

extension SearchOutput {
  /// Writes a query's row: keys of positions in `search`, best first.
  func write(_ keys: some Collection<UInt64>, of query: Int, _ search: ExactSearch) {
    for (place, key) in keys.enumerated() {
      ids[query * k + place] = search.sortedIDs[Int(search_key_position(key))]
      scores[query * k + place] = search_key_score(key)
    }
    counts[query] = keys.count
  }
}
