import Clicks
import Numerics

/// The best items for requests: of the index, of what lies beside it, or of few that are allowed.
extension RecommendEngine {
  /// So many places and left-out items of a request are answered by ``fewer``.
  private static let fewerPlaces = 4096

  mutating func search(
    _ requests: [RecommendRequest],
    _ block: RequestBlock,
    _ vectors: Matrix,
    k: Int
  ) throws
    -> RankedLists
  {
    var left: [[Int64]] = []
    for (row, request) in requests.enumerated() {
      left.append((request.seen == .leaveOut ? block.seen[row] : []) + (request.block?.keys ?? []))
    }
    guard requests.contains(where: { $0.allow != nil }) else {
      return try search(vectors, k: k, Exclusions(left), at: block.moments)
    }
    // Requests that allow the same items are searched together.
    var groups: [(allow: ItemSelection?, rows: [Int])] = []
    for (row, request) in requests.enumerated() {
      if let place = groups.firstIndex(where: { $0.allow == request.allow }) {
        groups[place].rows.append(row)
      } else {
        groups.append((request.allow, [row]))
      }
    }
    var lists = RankedLists(
      width: k,
      items: [Int64](repeating: 0, count: requests.count * k),
      scores: [Float](repeating: 0, count: requests.count * k),
      counts: [Int32](repeating: 0, count: requests.count)
    )
    for group in groups {
      let queries = vectors.rows(at: group.rows)
      let exclusions = Exclusions(group.rows.map { left[$0] })
      let moments = group.rows.map { block.moments[$0] }
      let found =
        try group.allow.map { try search(queries, among: $0, k: k, exclusions, at: moments) }
        ?? search(queries, k: k, exclusions, at: moments)
      for (place, row) in group.rows.enumerated() {
        lists.items.replaceSubrange(row * k..<(row + 1) * k, with: found.items[place * k..<(place + 1) * k])
        lists.scores.replaceSubrange(row * k..<(row + 1) * k, with: found.scores[place * k..<(place + 1) * k])
        lists.counts[row] = found.counts[place]
      }
    }
    return lists
  }

  /// The best items for requests at `moments`; nil for those of all items, whoever may be given them.
  mutating func search(_ queries: Matrix, k: Int, _ exclusions: Exclusions, at moments: [Int64]?)
    throws -> RankedLists
  {
    let base = reducedIndex()
    let hidden = overlay.hidden.subtracting(base.hidden).sorted()
    let all = hidden.isEmpty ? exclusions : exclusions.adding(hidden)
    let longest = (0..<all.queries).map { all.ids(of: $0).count }.max() ?? 0
    let candidates = moments == nil ? base.present : base.candidates
    // The rows of candidates are those of all items.
    let isFewer = base.index.isExact && candidates == nil
    let rules = CandidateRules(items: candidates)
    var lists = try Ranker(
      index: isFewer ? exactIndex(places: k + longest) : base.index,
      settings: saved.search.settings,
      rules: rules,
      threads: threads
    ).search(
      queries,
      k: k,
      SearchOptions(exclusions: all, threads: threads),
      .asSet,
      at: candidates?.isTimed == true ? moments ?? [] : []
    ).lists
    if let moments, let trend = try recentTrend() {
      // Of items that share a vector the fewer lack some, which may be those that are clicked.
      lists = Ranker(index: base.index, rules: rules, threads: threads)
        .adding(trend, to: lists, queries, all, at: moments)
    }
    guard let changed = overlay.index else { return lists }
    let own = moments == nil ? nil : overlay.candidates
    return lists.merged(with: try exactly(changed, own, queries, k: k, exclusions, at: moments ?? []))
  }

  /// The best of few items, by comparing all of them, whatever the index.
  private mutating func search(
    _ queries: Matrix,
    among allowed: ItemSelection,
    k: Int,
    _ exclusions: Exclusions,
    at moments: [Int64]
  ) throws -> RankedLists {
    let keys = allowed.keys.filter { vector(of: $0) != nil }
    let some = Matrix(rows: keys.count, columns: index.vectors.columns)
    for (place, key) in keys.enumerated() {
      if let vector = vector(of: key) { _ = some.row(place).update(fromContentsOf: vector) }
    }
    let isNarrowed = saved.search.candidates != nil || overlay.candidates != nil
    return try exactly(
      SearchIndex(vectors: some, ids: keys, approximate: nil),
      isNarrowed ? CandidateItems(ids: keys, moments: keys.map { self.moments(of: $0) }) : nil,
      queries,
      k: k,
      exclusions,
      at: moments
    )
  }

  private mutating func exactly(
    _ some: SearchIndex,
    _ candidates: CandidateItems?,
    _ queries: Matrix,
    k: Int,
    _ exclusions: Exclusions,
    at moments: [Int64]
  ) throws -> RankedLists {
    try Ranker(index: some, rules: CandidateRules(items: candidates), threads: threads).search(
      queries,
      k: k,
      SearchOptions(exclusions: exclusions, threads: threads),
      .exact,
      at: moments,
      moments.isEmpty ? nil : recentTrend()
    ).lists
  }

  /// The index, without most of the items that are hidden where they are many.
  private mutating func reducedIndex() -> ReducedIndex {
    let known = reduced ?? ReducedIndex(index: index, candidates: saved.search.candidates)
    guard overlay.hidden.count - known.hidden.count > mostHidden else { return known }
    let made = ReducedIndex(index: index, candidates: saved.search.candidates, without: overlay.hidden)
    (reduced, fewer) = (made, nil)
    return made
  }

  /// What is searched exactly for so many places and left-out items together: the same result as of all items.
  mutating func exactIndex(places: Int) -> SearchIndex {
    let index = reducedIndex().index
    guard index.isExact else { return index }
    if fewer == nil {
      let all = ExactSearch(items: index.vectors, ids: index.ids)
      let some = all.withoutRepeats(limit: Self.fewerPlaces)
      let search = isAskedOften ? (some ?? all).kept(threads: threads) : some ?? all
      fewer = (SearchIndex(search), some == nil ? .max : Self.fewerPlaces)
    }
    return fewer.flatMap { places <= $0.places ? $0.index : nil } ?? index
  }
}
