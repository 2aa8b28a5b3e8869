import Memory
import Synchronization

/// One call of `ExactSearch.search`: shares groups of queries out to workers.
final class SearchRun {
  /// Queries a group at most: the items come from memory once for all of them.
  static let largestGroup = 512
  /// Bytes of candidates that a worker may hold; a very large `k` makes for smaller groups.
  static let candidateBytes = 64 << 20

  let search: ExactSearch
  let queries: Matrix
  let k: Int
  let options: SearchOptions
  let sample: SearchSample?
  /// What leaves out most items before they are scored, where this processor can.
  let screen: SearchScreen?
  /// Items that a query can get at most.
  let keep: Int

  init(search: ExactSearch, queries: Matrix, k: Int, options: SearchOptions) {
    self.search = search
    self.queries = queries
    self.k = k
    self.options = options
    keep = min(k, search.items.rows)
    sample = keep > 0 && queries.rows > 0 ? SearchSample(of: search, k: keep) : nil
    let isWorthIt = keep > 0 && queries.rows >= SearchScreen.fewestQueries
    if let kept = search.kept {
      screen = kept.screen
    } else {
      screen = isWorthIt ? search.screen(for: queries, threads: options.threads) : nil
    }
  }

  /// Searches all queries.
  func result() throws -> TopK {
    var ids = [Int64](repeating: TopK.noItem, count: queries.rows * k)
    var scores = [Float](repeating: -.infinity, count: queries.rows * k)
    var counts = [Int](repeating: 0, count: queries.rows)
    try ids.withUnsafeMutableBufferPointer { ids in
      try scores.withUnsafeMutableBufferPointer { scores in
        try counts.withUnsafeMutableBufferPointer { counts in
          try fill(SearchOutput(k: k, ids: ids, scores: scores, counts: counts))
        }
      }
    }
    return TopK(queries: queries.rows, k: k, ids: ids, scores: scores, counts: counts)
  }

  private func fill(_ output: SearchOutput) throws {
    guard keep > 0, queries.rows > 0 else { return try options.checkpoint() }
    let threads = max(1, options.threads)
    let size = groupSize(threads: threads)
    let groups = (queries.rows + size - 1) / size
    let parts = min(threads / groups, search.items.rows / Self.fewestItems)
    guard parts < 2 else { return try fill(output, groupSize: size, parts: parts) }
    let nextGroup = Atomic(0)
    let doneGroups = Atomic(0)
    let stopped = Atomic(false)
    var failure: (any Error)?
    Threads(threads).forEach(min(threads, groups)) { task in
      let worker = SearchWorker(run: self, groupSize: size)
      while !stopped.load(ordering: .relaxed) {
        let group = nextGroup.add(1, ordering: .relaxed).oldValue
        guard group < groups else { return }
        worker.search(group * size..<min((group + 1) * size, queries.rows), into: output)
        let done = doneGroups.add(1, ordering: .relaxed).newValue
        // Only the caller's own thread, which has the first task, runs the caller's closures.
        guard task == 0 else { continue }
        options.progress(min(done * size, queries.rows), queries.rows)
        do {
          try options.checkpoint()
        } catch {
          failure = error
          stopped.store(true, ordering: .relaxed)
        }
      }
    }
    if let failure { throw failure }
    try options.checkpoint()
    options.progress(queries.rows, queries.rows)
  }

  /// Groups of one size, as many for each worker, so that workers end together; whole panels but for the
  /// last one.
  private func groupSize(threads: Int) -> Int {
    let room = Self.candidateBytes / (8 * SearchScratch.capacity(k: keep))
    let largest = max(1, min(Self.largestGroup, room))
    let rounds = (queries.rows + threads * largest - 1) / (threads * largest)
    let share = (queries.rows + threads * rounds - 1) / (threads * rounds)
    return max(1, min(largest, (share + 31) / 32 * 32))
  }
}

/// Where results go: rows that belong to different queries, so that workers never meet.
struct SearchOutput {
  let k: Int
  let ids: UnsafeMutableBufferPointer<Int64>
  let scores: UnsafeMutableBufferPointer<Float>
  let counts: UnsafeMutableBufferPointer<Int>
}
