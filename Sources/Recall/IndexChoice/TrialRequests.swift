import Numerics

/// The requests that indexes are tried by.
package struct TrialRequests {
  /// What is searched for, `[requests, dimension]`.
  package var vectors: Matrix
  /// What each must not be given; nil for nothing.
  package var seen: Exclusions?
  /// When each comes, `[requests]`; empty where candidates do not hang on it.
  package var moments: [Int64]
  /// The held-out items of each.
  package var targets: [[Int64]]

  /// Puts requests together.
  package init(vectors: Matrix, seen: Exclusions?, moments: [Int64], targets: [[Int64]]) {
    precondition(targets.count == vectors.rows, "one list of targets a request")
    precondition(seen.map { $0.queries == vectors.rows } ?? true, "one list of seen items a request")
    precondition(moments.isEmpty || moments.count == vectors.rows, "one moment a request")
    (self.vectors, self.seen, self.moments, self.targets) = (vectors, seen, moments, targets)
  }

  /// How many there are.
  package var count: Int { vectors.rows }

  /// Some of them, each alone.
  func singles(_ count: Int) -> [TrialRequests] {
    (0..<min(count, self.count)).map { row in
      TrialRequests(
        vectors: vectors.rows([row]),
        seen: seen.map { Exclusions([Array($0.ids(of: row))]) },
        moments: moments.isEmpty ? [] : [moments[row]],
        targets: [targets[row]]
      )
    }
  }

  func lists(_ ranker: Ranker, k: Int, _ way: Ranker.Way, checkpoint: @escaping () throws -> Void = {}) throws
    -> RankedLists
  {
    let options = SearchOptions(exclusions: seen, threads: ranker.threads, checkpoint: checkpoint)
    return try ranker.search(vectors, k: k, options, way, at: moments).lists
  }
}

/// The exact lists of requests, against which an index's are held.
struct ExactLists {
  /// The items of each, ascending.
  private let items: [[Int64]]
  /// The score of the last of each.
  private let least: [Float]
  /// Whether each has a held-out item.
  let hits: [Bool]

  init(_ requests: TrialRequests, _ lists: RankedLists) {
    items = (0..<requests.count).map { lists[$0].sorted() }
    least = (0..<requests.count).map { row in
      lists.counts[row] > 0 ? lists.scores[row * lists.width + Int(lists.counts[row]) - 1] : .infinity
    }
    hits = (0..<requests.count).map { row in requests.targets[row].contains { lists[row].contains($0) } }
  }

  /// The share of each exact list that `lists` hold, `[requests]`: what scores as high as the last of the exact list counts as
  /// one of it, since which of equals stands there is chance.
  func recalls(_ lists: RankedLists, _ requests: TrialRequests, _ index: SearchIndex) -> [Double] {
    (0..<requests.count).map { row in
      guard !items[row].isEmpty else { return 1 }
      let others = lists[row].filter { !contains($0, row) }
      let scores = index.vectors.scores(
        ofRows: others.compactMap { index.row(of: $0) },
        with: requests.vectors.row(row)
      )
      let found = lists[row].count - others.count + scores.count { $0 >= least[row] }
      return min(1, Double(found) / Double(items[row].count))
    }
  }

  private func contains(_ item: Int64, _ row: Int) -> Bool {
    var (low, high) = (0, items[row].count)
    while low < high {
      let middle = (low + high) / 2
      if items[row][middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < items[row].count && items[row][low] == item
  }
}
