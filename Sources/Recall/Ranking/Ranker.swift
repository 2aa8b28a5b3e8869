import Clicks
import Memory
import Numerics

/// Ranks items for users: query vectors from the model, neighbours from the index, seen items left out.
///
/// A saved model and its index are enough: nothing here knows of a recipe or of a run.
package struct Ranker {
  /// Where the nearest items are found.
  package private(set) var index: SearchIndex
  /// How an approximate index is searched.
  package let settings: SearchSettings
  /// What lists may hold.
  package var rules: CandidateRules
  /// How many threads a search may use.
  package let threads: Int
  /// Told how many users of how many are done.
  package let progress: (Int, Int) -> Void
  /// Asked between blocks; what it throws ends the ranking.
  package let checkpoint: () throws -> Void

  /// Users that are ranked together: their query vectors and lists are all that is held at once.
  package static let blockUsers = 16_384

  /// Puts a ranker together.
  package init(
    index: SearchIndex,
    settings: SearchSettings = SearchSettings(),
    rules: CandidateRules = CandidateRules(),
    threads: Int = 1,
    progress: @escaping (Int, Int) -> Void = { _, _ in },
    checkpoint: @escaping () throws -> Void = {}
  ) {
    self.index = index
    self.settings = settings
    self.rules = rules
    self.threads = threads
    self.progress = progress
    self.checkpoint = checkpoint
  }

  /// How a search goes about it.
  package enum Way: Sendable {
    /// By the index, short lists filled as the settings say.
    case asSet
    /// By the index alone: what it does not find is not there.
    case indexAlone
    /// By the index alone, looking into all cells of an IVF: what it loses then is lost by how it stores vectors.
    case everywhere
    /// By comparing all items.
    case exact
  }

  /// Lists of users, and how many of them the index left short.
  package struct Result {
    /// The best items of each user.
    package var lists: RankedLists
    /// Users to whom the index alone gives fewer items than they could have.
    package var shortUsers: Int

    /// Puts lists and the count together.
    package init(lists: RankedLists, shortUsers: Int) {
      self.lists = lists
      self.shortUsers = shortUsers
    }
  }

  /// The best `k` items of users, given by their places, that the rules allow.
  ///
  /// - Throws: what the model and the index throw; what ``checkpoint`` throws.
  package func lists(_ users: [Int], of queries: QueryEncoder, k: Int, _ way: Way = .asSet) throws -> Result {
    var lists = RankedLists(width: k, items: [], scores: [], counts: [])
    lists.items.reserveCapacity(users.count * k)
    lists.scores.reserveCapacity(users.count * k)
    var short = 0
    try forEachBlock(users, of: queries, k: k, way) { _, block in
      lists.append(block.lists)
      short += block.shortUsers
    }
    return Result(lists: lists, shortUsers: short)
  }

  /// The same, block by block: `body` gets the places of the users and their best items.
  package func forEachBlock(
    _ users: [Int],
    of queries: QueryEncoder,
    k: Int,
    _ way: Way = .asSet,
    _ body: (ArraySlice<Int>, Result) throws -> Void
  ) throws {
    queries.model.compute.threads = Threads(threads)
    var ranker = self
    if rules.items == nil { ranker.index = index.forManyCalls() }
    for start in stride(from: 0, to: users.count, by: Self.blockUsers) {
      let block = users[start..<min(start + Self.blockUsers, users.count)]
      let seen = rules.seen == .keep ? nil : queries.seen(block)
      let options = options(seen, after: start, of: users.count)
      let trend = queries.trend
      let moments = rules.items?.isTimed == true || trend != nil ? queries.requestMoments(block) : []
      try body(block, try ranker.search(try queries.vectors(block), k: k, options, way, at: moments, trend))
    }
  }

  /// The best `k` items of query vectors `[queries, dimension]`, or of queries of several vectors each, of which the best
  /// counts (`InterestSearch`): whatever searches a model's index does it here.
  /// - Parameter moments: when each query comes, `[queries]`, where candidates hang on it.
  package func search(
    _ queries: Matrix,
    k: Int,
    _ options: SearchOptions,
    _ way: Way,
    at moments: [Int64] = []
  ) throws -> Result {
    guard case let approximate? = index.approximate, way != .exact else {
      return Result(lists: RankedLists(try exact(queries, k: k, options, at: moments)), shortUsers: 0)
    }
    let found = try self.approximate(
      approximate,
      queries,
      k: k,
      options,
      everywhere: way == .everywhere,
      at: moments
    )
    let short = shortLists(found, options.exclusions, at: moments)
    guard way == .asSet, settings.fill == .exact, !short.isEmpty else {
      return Result(lists: RankedLists(found), shortUsers: short.count)
    }
    var own = SearchOptions(threads: threads)
    own.exclusions = options.exclusions.map { lists in Exclusions(short.map { Array(lists.ids(of: $0)) }) }
    let filled = try exact(
      queries.rows(short),
      k: k,
      own,
      at: moments.isEmpty ? [] : short.map { moments[$0] }
    )
    return Result(lists: RankedLists(found.replacing(short, with: filled)), shortUsers: short.count)
  }

  private func exact(_ queries: Matrix, k: Int, _ options: SearchOptions, at moments: [Int64]) throws -> TopK
  {
    try best(of: queries, options, at: moments) { try exact($0, k: k, $1, $2) }
  }

  /// Searches for each vector of queries and merges what comes, where a query has several.
  private func best(
    of queries: Matrix,
    _ options: SearchOptions,
    at moments: [Int64],
    search: (_ vectors: Matrix, SearchOptions, _ moments: [Int64]) throws -> TopK
  ) throws -> TopK {
    try InterestSearch.lists(queries, dimension: index.vectors.columns, options) { vectors, options, count in
      try search(vectors, options, count == 1 ? moments : moments.flatMap { repeatElement($0, count: count) })
    }
  }

  private func exact(_ queries: Matrix, k: Int, _ options: SearchOptions, _ moments: [Int64]) throws -> TopK {
    guard let items = rules.items else {
      let search = index.exact ?? ExactSearch(items: index.vectors, ids: index.ids)
      return try search.search(queries: queries, k: k, options: options)
    }
    return try ExactCandidateSearch(index: index, items: items, threads: options.threads).search(
      queries,
      k: k,
      options.exclusions,
      at: moments,
      progress: options.progress,
      checkpoint: options.checkpoint
    )
  }

  private func approximate(
    _ approximate: FaissIndex,
    _ queries: Matrix,
    k: Int,
    _ options: SearchOptions,
    everywhere: Bool,
    at moments: [Int64]
  ) throws -> TopK {
    try best(of: queries, options, at: moments) { queries, options, moments in
      try self.approximate(approximate, queries, k: k, options, everywhere, moments)
    }
  }

  private func approximate(
    _ approximate: FaissIndex,
    _ queries: Matrix,
    k: Int,
    _ options: SearchOptions,
    _ everywhere: Bool,
    _ moments: [Int64]
  ) throws -> TopK {
    guard settings.rerank > 1 else {
      return try found(approximate, queries, k: k, options, everywhere: everywhere, at: moments)
    }
    return try reranked(queries, k: k, options, at: moments) { queries, depth, options, moments in
      try found(approximate, queries, k: depth, options, everywhere: everywhere, at: moments)
    }
  }

  private func found(
    _ approximate: FaissIndex,
    _ queries: Matrix,
    k: Int,
    _ options: SearchOptions,
    everywhere: Bool,
    at moments: [Int64]
  ) throws -> TopK {
    guard let items = rules.items else {
      try set(approximate, for: k, everywhere: everywhere)
      return try approximate.search(queries: queries, k: k, options: options)
    }
    let search = ApproximateCandidateSearch(index: approximate, items: items, threads: options.threads) {
      try set(approximate, for: $0, everywhere: everywhere)
    }
    return try search.search(
      queries,
      k: k,
      options.exclusions,
      at: moments,
      progress: options.progress,
      checkpoint: options.checkpoint
    )
  }

  private func options(_ seen: Exclusions?, after start: Int, of total: Int) -> SearchOptions {
    let progress = progress
    return SearchOptions(
      exclusions: seen,
      threads: threads,
      progress: { done, _ in progress(start + done, total) },
      checkpoint: checkpoint
    )
  }

  private func set(_ approximate: FaissIndex, for k: Int, everywhere: Bool) throws {
    if approximate.factory.contains("IVF") {
      // There are at most as many cells as items.
      try approximate.set(.nprobe, to: everywhere ? max(1, approximate.count) : settings.nprobe)
    }
    if approximate.factory.contains("HNSW") {
      let least = everywhere ? approximate.count : settings.efSearch
      try approximate.set(.efSearch, to: max(least, min(k, approximate.count), 1))
    }
  }

  /// The queries that got fewer items than there are for them: than `k`, or than all their candidates but those left out,
  /// each counted once however often it was clicked, and only where the index has it.
  private func shortLists(_ found: TopK, _ exclusions: Exclusions?, at moments: [Int64]) -> [Int] {
    if let items = rules.items { return shortLists(found, exclusions, among: items, at: moments) }
    // Looked up only where it makes a difference, which it does in small catalogues.
    var indexed: Set<Int64>?
    return (0..<found.queries).filter { query in
      guard found.counts[query] < min(found.k, index.ids.count) else { return false }
      let hidden = Set(exclusions?.ids(of: query) ?? [])
      if found.counts[query] < min(found.k, index.ids.count - hidden.count) { return true }
      let known = indexed ?? Set(index.ids)
      indexed = known
      return found.counts[query] < min(found.k, known.count - hidden.count { known.contains($0) })
    }
  }
}

extension Ranker {
  private func shortLists(
    _ found: TopK,
    _ exclusions: Exclusions?,
    among items: CandidateItems,
    at moments: [Int64]
  ) -> [Int] {
    let ids = Vocabulary(keysOf: items.ids)
    let filter = CandidateFilter(items, ids)
    return (0..<found.queries).filter { query in
      let moment = items.isTimed ? moments[query] : nil
      let count = items.count(at: moment)
      guard found.counts[query] < min(found.k, count) else { return false }
      let hidden = Set(exclusions?.ids(of: query) ?? [])
      return found.counts[query]
        < min(found.k, count - hidden.count { filter.allows(ids.code(of: $0), at: moment) })
    }
  }
}

extension RankedLists {
  /// Takes the lists of a search.
  package init(_ top: TopK) {
    self.init(width: top.k, items: top.ids, scores: top.scores, counts: top.counts.map(Int32.init))
  }

  /// Puts the lists of further users behind these, which are as wide.
  package mutating func append(_ other: RankedLists) {
    precondition(width == other.width, "lists of one width")
    items += other.items
    scores += other.scores
    counts += other.counts
  }
}

extension TopK {
  /// The same lists but for some queries, which get those of another search.
  fileprivate func replacing(_ places: [Int], with other: TopK) -> TopK {
    var (ids, scores, counts) = (ids, scores, counts)
    for (row, query) in places.enumerated() {
      ids.replaceSubrange(query * k..<(query + 1) * k, with: other.ids[row * k..<(row + 1) * k])
      scores.replaceSubrange(query * k..<(query + 1) * k, with: other.scores[row * k..<(row + 1) * k])
      counts[query] = other.counts[row]
    }
    return TopK(queries: queries, k: k, ids: ids, scores: scores, counts: counts)
  }
}
