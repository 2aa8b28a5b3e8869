import Clicks
import Memory
import Numerics

/// A saved model that is asked, by one thread at a time.
struct RecommendEngine {
  let saved: SavedModel
  let names: ModelNames
  private let threads: Int
  /// What was said while models were served; nil where nobody listens.
  private let state: ServiceState?
  /// What was said of items, as this model has it.
  var overlay = ItemOverlay()
  let newItems: NewItems
  private var eventItems = EventItems()
  /// The features of users by their codes, and behind them of those without clicks to learn from.
  private let features: UserFeatures
  let index: SearchIndex
  /// The index without many of the items that are hidden, and which; nil while these are few.
  private var reduced: ReducedIndex?
  private(set) var stored: SavedModel.Histories?
  private var hasRead = false
  /// Whether what searches share is worth making.
  private var isAskedOften = false
  /// What is searched exactly, made once: without most of the items that share one vector, and how many places it is good for;
  /// nil until it is made.
  private var fewer: (index: SearchIndex, places: Int)?
  /// The row of each item's vector by its code among the known items.
  private var rows: [Int32]?

  /// The items for people to look through; nil until somebody does.
  var directory: ItemDirectory?

  /// So many places and left-out items of a request are answered by ``fewer``.
  private static let fewerPlaces = 4096
  /// Histories that are asked for at once to explain a list.
  private static let explainedAtOnce = 512
  /// So many hidden items are left out of each search; of more the index is freed.
  var mostHidden = 256

  /// - Throws: what opening the index throws.
  init(_ saved: SavedModel, threads: Int, state: ServiceState? = nil) throws {
    self.saved = saved
    self.threads = threads
    self.state = state
    newItems = NewItems(saved)
    names = ModelNames(saved)
    var features = UserFeatures()
    if saved.model.shape.usesUserFeatures {
      features = UserFeatures(saved.userFeatures.values)
      if !saved.furtherUsers.isEmpty {
        features = features.adding(UserFeatures(saved.furtherUserFeatures.values))
      }
    }
    self.features = features
    index = try saved.openIndex()
    saved.model.compute.threads = Threads(threads)
  }

  /// Reads and makes what the first request would wait for, and what many requests share.
  mutating func prepare() throws {
    isAskedOften = true
    try readHistories()
    try takeChanges()
    _ = exactIndex(places: 1)
    try saved.checkUnchanged()
  }

  mutating func readHistories() throws {
    guard !hasRead else { return }
    stored = try saved.readHistories()
    hasRead = true
  }

  /// Takes what was said of items since the last time.
  private mutating func takeChanges() throws {
    guard let state else { return }
    let (changes, number) = state.changes(since: overlay.number)
    guard number != overlay.number else { return }
    let before = overlay.hidden
    try apply(changes)
    overlay.number = number
    eventItems = EventItems()
    guard overlay.hidden != before else { return }
    if reduced.map({ !$0.hidden.isSubset(of: overlay.hidden) }) ?? false { (reduced, fewer) = (nil, nil) }
  }

  /// The key of an item, of the catalogue or one that came since.
  func key(of id: String) -> Int64? { names.item(id) ?? overlay.key(of: id) }

  /// The items called `ids`.
  mutating func items(_ ids: [String]) throws -> ItemSelection {
    try takeChanges()
    var (keys, unknown): ([Int64], [String]) = ([], [])
    for id in ids {
      if let key = key(of: id) { keys.append(key) } else { unknown.append(id) }
    }
    return ItemSelection(keys: Vocabulary(keysOf: keys).keys, unknown: unknown)
  }

  /// The lists of many requests, all with one `k`, as ``Recommendation`` has them but without ids: for files.
  mutating func lists(_ requests: [RecommendRequest], k: Int) throws -> (
    lists: RankedLists, notes: [[RequestNote]]
  ) {
    let block = try block(requests)
    let vectors = try saved.model.steadyQueryVectors(block.inputs)
    return (try search(requests, block, vectors, k: k), block.notes)
  }

  /// What is recommended to each.
  mutating func recommend(_ requests: [RecommendRequest]) throws -> [Recommendation] {
    let block = try block(requests)
    let vectors = try saved.model.steadyQueryVectors(block.inputs)
    let lists = try search(requests, block, vectors, k: requests.map(\.k).max() ?? 0)
    return try requests.indices.map { row in
      let count = min(requests[row].k, Int(lists.counts[row]))
      var items = (0..<count).map { place in
        item(lists.items[row * lists.width + place], lists.scores[row * lists.width + place])
      }
      if requests[row].explains { try explain(&items, row, block) }
      let isShort = count < requests[row].k
      let fewer = isShort ? [RequestNote.fewerItems(count, asked: requests[row].k)] : []
      return Recommendation(items: items, notes: block.notes[row] + fewer)
    }
  }

  /// The vectors of requests, `[requests][dimension]`, and what is to be said of these.
  mutating func vectors(_ requests: [RecommendRequest]) throws -> (vectors: [[Float]], notes: [[RequestNote]])
  {
    let block = try block(requests)
    let vectors = try saved.model.steadyQueryVectors(block.inputs)
    return ((0..<vectors.rows).map { Array(vectors.row($0)) }, block.notes)
  }

  /// The `k` items whose vectors are nearest to those of an item, itself left out: of all items, as no request comes with it.
  /// - Throws: `RequestFailure` where the item is not known.
  mutating func similar(_ id: String, k: Int) throws -> [Recommendation.Item] {
    try takeChanges()
    guard let key = key(of: id), let vector = vector(of: key) else {
      if let key = key(of: id), overlay.deleted.contains(key) {
        throw RequestFailure("item", "the item '\(id)' was deleted")
      }
      let hint = names.nearestItem(id).map { "; did you mean '\($0)'?" } ?? ""
      throw RequestFailure("item", "the model knows no item '\(id)'\(hint)")
    }
    let query = Matrix(rows: 1, columns: index.vectors.columns, values: Array(vector))
    let lists = try search(query, k: k, Exclusions([[key]]), at: nil)
    return (0..<Int(lists.counts[0])).map { item(lists.items[$0], lists.scores[$0]) }
  }

  // --- asking

  mutating func block(_ requests: [RecommendRequest]) throws -> RequestBlock {
    if requests.contains(where: { $0.user != nil && $0.history == nil }) { try readHistories() }
    try takeChanges()
    let events = requests.map { request -> EventHistory? in
      guard let state, let user = request.user, request.history == nil else { return nil }
      return eventItems.history(of: user, in: state) { names.item($0) ?? overlay.key(of: $0) }
    }
    return RequestBlock(requests, names, features, stored, events: events, overlay)
  }

  private mutating func item(_ key: Int64, _ score: Float) -> Recommendation.Item {
    let changed = overlay.entry(key)
    let title = changed.map(\.title) ?? saved.titles.flatMap { titles in row(of: key).map { titles[$0] } }
    return Recommendation.Item(
      key: key,
      id: changed?.id ?? saved.itemID(key),
      title: title.flatMap { $0.isEmpty ? nil : $0 },
      score: score
    )
  }

  /// An item's vector, which lives as long as no item is changed; nil for one that is not known or was deleted.
  private mutating func vector(of key: Int64) -> UnsafeMutableBufferPointer<Float>? {
    if overlay.deleted.contains(key) { return nil }
    if let row = overlay.row(of: key) { return overlay.index?.vectors.row(row) }
    return row(of: key).map { index.vectors.row($0) }
  }

  /// When an item may be given.
  private mutating func moments(of key: Int64) -> MomentSet {
    if let changed = overlay.entry(key) { return changed.moments }
    return row(of: key).flatMap { row in saved.search.candidates.map { $0.moments[row] } } ?? .always
  }

  /// The row of the vector that the index has of an item.
  mutating func row(of key: Int64) -> Int? {
    let known = saved.catalogue.knownItems
    if rows == nil {
      var made = [Int32](repeating: -1, count: known.size)
      for (row, key) in saved.catalogue.items.enumerated() { made[Int(known.code(of: key))] = Int32(row) }
      rows = made
    }
    let code = Int(known.code(of: key))
    return code > 0 ? rows.map { Int($0[code]) } : nil
  }

  // --- searching

  private mutating func search(
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
  private mutating func search(_ queries: Matrix, k: Int, _ exclusions: Exclusions, at moments: [Int64]?)
    throws -> RankedLists
  {
    let base = reducedIndex()
    let hidden = overlay.hidden.subtracting(base.hidden).sorted()
    let all = hidden.isEmpty ? exclusions : exclusions.adding(hidden)
    let longest = (0..<all.queries).map { all.ids(of: $0).count }.max() ?? 0
    let candidates = moments == nil ? base.present : base.candidates
    // The rows of candidates are those of all items.
    let isFewer = base.index.isExact && candidates == nil
    let lists = try Ranker(
      index: isFewer ? exactIndex(places: k + longest) : base.index,
      settings: saved.search.settings,
      rules: CandidateRules(items: candidates),
      threads: threads
    ).search(
      queries,
      k: k,
      SearchOptions(exclusions: all, threads: threads),
      .asSet,
      at: candidates?.isTimed == true ? moments ?? [] : []
    ).lists
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
    let some = Matrix(rows: keys.count, columns: queries.columns)
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

  private func exactly(
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
      at: candidates?.isTimed == true ? moments : []
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
  private mutating func exactIndex(places: Int) -> SearchIndex {
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

  // --- explaining

  /// Asks again without each click that the model reads, all else as it was; an older click then comes into sight.
  private mutating func explain(_ items: inout [Recommendation.Item], _ row: Int, _ block: RequestBlock)
    throws
  {
    // What is further back is not read, whichever click is left out.
    let length = saved.model.shape.maxSeqLen
    let history = Array(block.histories[row].suffix(length + 1))
    let clicked = block.clicked[row].suffix(length + 1)
    let clicks = Array(max(0, history.count - length)..<history.count)
    let vectors = items.map { vector(of: $0.key) }
    func scores(_ histories: [[Int32]]) throws -> [[Float]] {
      let queries = try saved.model.steadyQueryVectors(
        block.inputs(histories: histories, of: [Int](repeating: row, count: histories.count))
      )
      return vectors.map { vector in
        (0..<queries.rows).map { query in vector.map { Self.score(queries.row(query), $0) } ?? 0 }
      }
    }
    let with = try scores([history])
    for place in items.indices { items[place].effects = [] }
    for start in stride(from: 0, to: clicks.count, by: Self.explainedAtOnce) {
      let some = clicks[start..<min(start + Self.explainedAtOnce, clicks.count)]
      let without = try scores(some.map { Array(history[..<$0] + history[($0 + 1)...]) })
      for place in items.indices {
        items[place].effects? += zip(some, without[place]).map { click, score in
          Recommendation.Effect(
            clicked: clicked[clicked.startIndex + click],
            change: with[place][0] - score
          )
        }
      }
    }
  }

  /// The chain of fused multiply-adds that a search scores by.
  private static func score(
    _ query: UnsafeMutableBufferPointer<Float>,
    _ item: UnsafeMutableBufferPointer<Float>
  )
    -> Float
  {
    zip(query, item).reduce(Float(0)) { $0.addingProduct($1.0, $1.1) }
  }
}
