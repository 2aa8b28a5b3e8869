import CKernels

/// Searches one group of queries at a time, on one thread.
final class SearchWorker {
  private let run: SearchRun
  private let scratch: SearchScratch
  private let sampleScratch: SearchScratch?

  private var search: ExactSearch { run.search }

  init(run: SearchRun, groupSize: Int) {
    self.run = run
    let dimension = run.search.items.columns
    let level = run.search.level
    let screens = run.screen != nil
    scratch = SearchScratch(
      queries: groupSize,
      k: run.keep,
      dimension: dimension,
      level: level,
      screens: screens
    )
    sampleScratch = run.sample.map {
      SearchScratch(queries: groupSize, k: $0.rank, dimension: dimension, level: level, screens: false)
    }
  }

  /// Searches the queries of `range` and writes their rows of the result.
  func search(_ range: Range<Int>, into output: SearchOutput) {
    let short = search(Array(range), sampled: run.sample != nil, into: output)
    if run.sample != nil && !short.isEmpty {
      // The guessed threshold was too high for these.
      _ = search(short, sampled: false, into: output)
    }
  }

  /// Searches queries without a guess at their thresholds.
  func searchAll(_ queries: [Int], into output: SearchOutput) {
    _ = search(queries, sampled: false, into: output)
  }

  /// The best of each of the queries among the items at `positions`, which begin where a block does: their keys, best first.
  /// There may be too few, where the guessed threshold was too high.
  func keys(of queries: [Int], among positions: Range<Int>) -> [[UInt64]] {
    let excluded = ExcludedPositions(of: queries, options: run.options, search: search)
    return excluded.withPointers { excluded in
      var group = scan(queries, sampled: run.sample != nil, among: positions, excluded)
      return queries.indices.map { index in
        let count = Int(search_finish(&group, UInt32(index)))
        return Array(UnsafeBufferPointer(start: scratch.candidates + index * scratch.capacity, count: count))
      }
    }
  }

  private func scan(
    _ queries: [Int],
    sampled: Bool,
    among positions: Range<Int>,
    _ excluded: ExcludedPositions.Pointers
  ) -> search_group {
    let thresholds = sampled ? guessedThresholds(queries, excluded) : nil
    var group = pack(queries, scratch, keep: run.keep, step: 1, excluded)
    for index in queries.indices { scratch.thresholds[index] = thresholds?[index] ?? -.infinity }
    search.withItems { items in
      var items = items
      (items.first, items.end) = (UInt32(positions.lowerBound), UInt32(positions.upperBound))
      guard var screen = run.screen?.screen else {
        return search_scan(&group, search.level, &items, scratch.blockRows)
      }
      withUnsafePointer(to: &screen) { screen in
        search_pack_screen(&group, search.level, screen, items.dimension)
        items.screen = screen
        search_scan(&group, search.level, &items, scratch.blockRows)
      }
    }
    return group
  }

  /// Returns the queries that found fewer items than there are, which only a sampled search leaves so.
  private func search(_ queries: [Int], sampled: Bool, into output: SearchOutput) -> [Int] {
    let excluded = ExcludedPositions(of: queries, options: run.options, search: search)
    return excluded.withPointers { excluded in
      var group = scan(queries, sampled: sampled, among: 0..<search.items.rows, excluded)
      var short: [Int] = []
      for (index, query) in queries.enumerated() {
        let found = Int(search_finish(&group, UInt32(index)))
        let expected = min(run.keep, search.items.rows - excluded.count(of: index))
        if found == expected {
          write(query, index, found, to: output)
        } else if sampled {
          short.append(query)
        } else {
          fillUp(index, found: found, expected: expected, excluded)
          write(query, index, expected, to: output)
        }
      }
      return short
    }
  }

  private func guessedThresholds(_ queries: [Int], _ excluded: ExcludedPositions.Pointers) -> [Float]? {
    guard let sample = run.sample, let scratch = sampleScratch else { return nil }
    var group = pack(queries, scratch, keep: sample.rank, step: SearchSample.step, excluded)
    for index in queries.indices { scratch.thresholds[index] = -.infinity }
    var items = search_items(
      rows: sample.vectors.elements.baseAddress,
      order: nil,
      count: UInt32(sample.vectors.rows),
      first: 0,
      end: UInt32(sample.vectors.rows),
      dimension: sample.vectors.columns,
      screen: nil
    )
    search_scan(&group, search.level, &items, scratch.blockRows)
    return queries.indices.map { index in
      guard search_finish(&group, UInt32(index)) == sample.rank else { return -.infinity }
      let worst = scratch.candidates[index * scratch.capacity + sample.rank - 1]
      // Just below, since items that come earlier may have this very score.
      return search_key_score(worst).nextDown
    }
  }

  private func pack(
    _ queries: [Int],
    _ scratch: SearchScratch,
    keep: Int,
    step: Int,
    _ excluded: ExcludedPositions.Pointers
  ) -> search_group {
    let group = search_group(
      panels: scratch.panels,
      thresholds: scratch.thresholds,
      candidates: scratch.candidates,
      sizes: scratch.sizes,
      queries: UInt32(queries.count),
      keep: UInt32(keep),
      capacity: UInt32(scratch.capacity),
      position_step: UInt32(step),
      excluded: excluded.positions,
      excluded_starts: excluded.starts,
      excluded_ends: excluded.ends,
      screen_panels: scratch.screenPanels,
      screen_queries: scratch.screenQueries,
      screen_steps: scratch.screenSteps,
      screen_shifts: scratch.screenShifts
    )
    let dimension = search.items.columns
    for (index, query) in queries.enumerated() {
      withUnsafePointer(to: group) {
        search_pack($0, search.level, dimension, UInt32(index), run.queries.row(query).baseAddress)
      }
      scratch.sizes[index] = 0
    }
    // Lanes without a query take no candidates.
    let width = search_panel_width(search.level)
    for lane in queries.count..<(queries.count + width - 1) / width * width {
      scratch.thresholds[lane] = .infinity
    }
    return group
  }

  /// Appends the lowest positions that are neither found nor excluded: their scores are no numbers or
  /// negative infinity, for nothing else stays below every threshold.
  private func fillUp(_ index: Int, found: Int, expected: Int, _ excluded: ExcludedPositions.Pointers) {
    let keys = scratch.candidates + index * scratch.capacity
    var taken = Set((0..<found).map { search_key_position(keys[$0]) })
    for place in Int(excluded.starts[index])..<Int(excluded.ends[index]) {
      taken.insert(excluded.positions[place])
    }
    var position: UInt32 = 0
    for place in found..<expected {
      while taken.contains(position) { position += 1 }
      keys[place] = search_worst_key(position)
      position += 1
    }
  }

  private func write(_ query: Int, _ index: Int, _ count: Int, to output: SearchOutput) {
    let keys = UnsafeBufferPointer(start: scratch.candidates + index * scratch.capacity, count: count)
    output.write(keys, of: query, search)
  }
}
