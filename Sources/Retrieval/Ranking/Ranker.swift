import Notebook
import Numerics

/// Ranks items for users: query vectors from the model, neighbours from the index, seen items left out.
struct Ranker {
  let model: TwoTowerModel
  let encoded: EncodeArtifact
  let index: IndexArtifact
  /// How an approximate index is searched.
  let settings: ApproximateSettings
  let context: RunContext

  /// Users that are ranked together: their query vectors and lists are all that is held at once.
  static let blockUsers = 16_384

  /// How an approximate index is searched.
  struct ApproximateSettings {
    var nprobe = 16
    var efSearch = 64
  }

  /// The best `k` unseen items of users, given by their places in the user vocabulary.
  ///
  /// Every list has `k` items while so many are left: where an approximate index finds fewer, that user is
  /// searched exactly.
  func lists(_ users: [Int], k: Int, exact: Bool = false) throws -> RankedLists {
    var lists = RankedLists(width: k, items: [], scores: [], counts: [])
    lists.items.reserveCapacity(users.count * k)
    lists.scores.reserveCapacity(users.count * k)
    try forEachBlock(users, k: k, exact: exact) { _, top in
      lists.items += top.ids
      lists.scores += top.scores
      lists.counts += top.counts.map(Int32.init)
    }
    return lists
  }

  /// The same, block by block: `body` gets the places of the users and their best items.
  func forEachBlock(
    _ users: [Int],
    k: Int,
    exact: Bool = false,
    _ body: (ArraySlice<Int>, TopK) throws -> Void
  ) throws {
    let search = ExactSearch(items: index.vectors, ids: index.ids)
    for start in stride(from: 0, to: users.count, by: Self.blockUsers) {
      let block = users[start..<min(start + Self.blockUsers, users.count)]
      let queries = try queryVectors(block)
      let options = options(seen(block), after: start, of: users.count)
      let top: TopK
      if let approximate = index.approximate, !exact {
        top = try self.approximate(approximate, queries, k: k, options: options, fallback: search)
      } else {
        top = try search.search(queries: queries, k: k, options: options)
      }
      try body(block, top)
    }
  }

  /// The query vectors of users, `[users, dimension]`.
  func queryVectors(_ users: some Collection<Int>) throws -> Matrix {
    model.compute.threads = Threads(context.threads)
    return try encoded.requestVectors(users, of: model)
  }

  /// The items users have seen, as raw ids, one list a user.
  func seen(_ users: some Collection<Int>) -> Exclusions {
    let (offsets, codes) = (encoded.requests.offsets, encoded.requests.items)
    let keys = encoded.catalogue.itemVocabulary.keys
    var ends = [0]
    var ids: [Int64] = []
    for user in users {
      if let raw = encoded.requests.keys {
        ids += raw[offsets[user]..<offsets[user + 1]]
        ends.append(ids.count)
        continue
      }
      for code in codes[offsets[user]..<offsets[user + 1]] where code > 0 { ids.append(keys[Int(code) - 1]) }
      ends.append(ids.count)
    }
    return Exclusions(offsets: ends, ids: ids)
  }

  private func options(_ seen: Exclusions, after start: Int, of total: Int) -> SearchOptions {
    let context = context
    return SearchOptions(
      exclusions: seen,
      threads: context.threads,
      progress: { done, _ in context.progress.update(done: start + done, total: total) },
      checkpoint: { try context.checkCancellation() }
    )
  }

  /// Searches the index; users for whom it finds too few are searched exactly.
  private func approximate(
    _ approximate: FaissIndex,
    _ queries: Matrix,
    k: Int,
    options: SearchOptions,
    fallback: ExactSearch
  ) throws -> TopK {
    if approximate.factory.contains("IVF") { try approximate.set(.nprobe, to: settings.nprobe) }
    if approximate.factory.contains("HNSW") {
      try approximate.set(.efSearch, to: max(settings.efSearch, min(k, approximate.count)))
    }
    let found = try approximate.search(queries: queries, k: k, options: options)
    let hidden = options.exclusions
    let short = (0..<found.queries).filter { query in
      found.counts[query] < min(k, index.ids.count - (hidden?.ids(of: query).count ?? 0))
    }
    guard !short.isEmpty else { return found }
    let rows = Matrix(rows: short.count, columns: queries.columns)
    for (place, query) in short.enumerated() {
      _ = rows.row(place).update(fromContentsOf: queries.row(query))
    }
    var own = SearchOptions(threads: context.threads)
    own.exclusions = hidden.map { lists in Exclusions(short.map { Array(lists.ids(of: $0)) }) }
    return try found.replacing(short, with: fallback.search(queries: rows, k: k, options: own))
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
