import Clicks
import Memory
import Numerics

/// A saved model that is asked, by one thread at a time.
struct RecommendEngine {
  let saved: SavedModel
  let names: ModelNames
  let threads: Int
  /// What was said while models were served; nil where nobody listens.
  let state: ServiceState?
  /// What was said of items, as this model has it.
  var overlay = ItemOverlay()
  let newItems: NewItems
  private var eventItems = EventItems()
  /// The features of users by their codes, and behind them of those without clicks to learn from.
  private let features: UserFeatures
  let index: SearchIndex
  /// The index without many of the items that are hidden, and which; nil while these are few.
  var reduced: ReducedIndex?
  private(set) var stored: SavedModel.Histories?
  private var hasRead = false
  /// Whether what searches share is worth making.
  private(set) var isAskedOften = false
  /// What is searched exactly, made once: without most of the items that share one vector, and how many places it is good for;
  /// nil until it is made.
  var fewer: (index: SearchIndex, places: Int)?
  /// What items gain by recent clicks, as far as it was counted; nil until somebody asks.
  var trend: ServedTrend?
  /// The row of each item's vector by its code among the known items.
  private var rows: [Int32]?

  /// The items for people to look through; nil until somebody does.
  var directory: ItemDirectory?

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
      features = UserFeatures(saved.userFeatures.adding(saved.furtherUserFeatures).values)
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
    _ = try recentTrend()
    _ = exactIndex(places: 1)
    try saved.checkUnchanged()
  }

  mutating func readHistories() throws {
    guard !hasRead else { return }
    stored = try saved.readHistories()
    hasRead = true
  }

  /// Takes what was said of items since the last time.
  mutating func takeChanges() throws {
    guard let state else { return }
    let (changes, number) = state.changes(since: overlay.number)
    guard number != overlay.number else { return }
    let before = overlay.hidden
    try apply(changes)
    overlay.number = number
    eventItems = EventItems()
    let (names, overlay) = (names, overlay)
    trend?.findUnknown { names.item($0) ?? overlay.key(of: $0) }
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

  /// The vectors of requests, `[requests][dimension]`, those of one request one after another where it has several, and what
  /// is to be said of these.
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
  mutating func vector(of key: Int64) -> UnsafeMutableBufferPointer<Float>? {
    if overlay.deleted.contains(key) { return nil }
    if let row = overlay.row(of: key) { return overlay.index?.vectors.row(row) }
    return row(of: key).map { index.vectors.row($0) }
  }

  /// When an item may be given.
  mutating func moments(of key: Int64) -> MomentSet {
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
}
