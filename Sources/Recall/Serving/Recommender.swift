import Clicks
import Files
import Numerics
import Synchronization
import Tables

/// A saved model to be asked, by as many threads as like to: what they ask is answered one block after another.
package final class Recommender: Sendable {
  /// What is known of the model.
  package struct Facts: Sendable {
    /// Where it was opened.
    package var path: String
    /// What tells it from other models.
    package var digest: String
    /// How many items, and how many users it knows.
    package var items: Int
    package var users: Int
    /// The width of its vectors.
    package var dimension: Int
    /// How many vectors a query has, of which the best counts.
    package var interests: Int
    /// FAISS's factory string; `Flat` is exact.
    package var index: String
    /// Whether it keeps what users clicked.
    package var hasHistories: Bool
    /// The columns of the context that it takes.
    package var contexts: [String]
    /// Whether it takes the time of the request.
    package var takesTime: Bool
    /// How its log counts time, from when and until when.
    package var clock: RequestClock
    /// The unit in which its log counts time.
    package var unit: TimeUnit { clock.unit }
    /// What candidates call the columns of users and of items.
    package var columns: ModelManifest.Columns
    /// What it was chosen by.
    package var metrics: [String: Double?]
    /// What may be said of items: the features by which new ones get their vectors, and what candidates are narrowed by.
    package var itemFeatures: [String]
    /// The most clicks of a history that it reads.
    package var historyLength: Int
  }

  /// The most items that one request may ask for.
  package static let mostItems = 10_000

  /// What is known of the model.
  package let facts: Facts
  let engine: Mutex<RecommendEngine>

  /// Opens the model at `path`: a folder or a `.tar.zst`.
  /// - Parameters:
  ///   - threads: how many threads a search may use.
  ///   - verifies: whether the digests of all files are checked, which reads them all.
  ///   - isCopied: whether all is read into memory, for who goes on for long; then ``prepare()`` ends with nothing left that
  ///     hangs on the files.
  ///   - state: what is said of users and items while it is served, which every answer goes by; nil for nothing.
  /// - Throws: what ``SavedModel/init(path:verifies:isCopied:)`` throws.
  package init(
    path: String,
    threads: Int,
    verifies: Bool = true,
    isCopied: Bool = false,
    state: ServiceState? = nil
  ) throws {
    let saved = try SavedModel(path: path, verifies: verifies, isCopied: isCopied)
    let engine = try RecommendEngine(saved, threads: threads, state: state)
    facts = Self.facts(engine.saved, engine.newItems, path)
    // One more, as an explanation leaves one out.
    try state?.serve(
      historyLength: facts.historyLength + 1,
      ticksPerSecond: facts.unit.ticksPerSecond,
      countsClicks: !saved.model.shape.trendHours.isEmpty
    )
    self.engine = Mutex(engine)
  }

  private static func facts(_ saved: SavedModel, _ items: NewItems, _ path: String) -> Facts {
    Facts(
      path: path,
      digest: saved.digest.map { "\($0)" } ?? "",
      items: saved.catalogue.count,
      users: saved.users.count,
      dimension: saved.model.shape.vectorDimension,
      interests: saved.model.shape.interests ?? 1,
      index: saved.search.factory,
      hasHistories: saved.hasHistories,
      contexts: saved.contexts.prefix(saved.model.shape.contexts.count).map(\.name),
      takesTime: saved.takesTime,
      clock: saved.clock,
      columns: saved.columns,
      metrics: saved.metrics ?? [:],
      itemFeatures: items.names,
      historyLength: saved.model.shape.maxSeqLen
    )
  }

  /// Reads and makes what the first request would wait for.
  /// - Throws: `SavedModelFailure` where another model has taken the place of the one that was opened.
  package func prepare() throws { try engine.withLock { try $0.prepare() } }

  /// The items called `ids`.
  /// - Throws: what the item tower throws of items that came since.
  package func items(_ ids: [String]) throws -> ItemSelection { try engine.withLock { try $0.items(ids) } }

  /// Whether the model could take what is said of an item, and what of it not as it was meant.
  /// - Throws: `RequestFailure`, whose place is a feature's name or `id`, where it could not.
  package func notes(onItem id: String, _ description: ItemDescription) throws -> [RequestNote] {
    try engine.withLock { try $0.notes(on: id, description) }
  }

  /// How the model's items are otherwise than it was trained with, by what was said of them since.
  package struct ItemChanges: Sendable, Equatable {
    /// Items that it lacks and that are given.
    package var added = 0
    /// Items that it has otherwise.
    package var changed = 0
    /// Items that are given no more.
    package var deleted = 0
    /// Items of which something was said that it cannot take, and why, by their ids.
    package var refused: [(id: String, reason: String)] = []

    package static func == (a: Self, b: Self) -> Bool {
      (a.added, a.changed, a.deleted) == (b.added, b.changed, b.deleted)
        && a.refused.elementsEqual(b.refused) { $0.id == $1.id && $0.reason == $1.reason }
    }
  }

  /// What is otherwise now.
  package func itemChanges() -> ItemChanges {
    engine.withLock { engine in
      let overlay = engine.overlay
      return ItemChanges(
        added: overlay.counts.added,
        changed: overlay.counts.changed,
        deleted: overlay.deleted.count,
        refused: overlay.refused.map { ($0.key.text, $0.value) }.sorted { $0.0 < $1.0 }
      )
    }
  }

  /// What is recommended to each; all are ranked together.
  /// - Throws: `RequestFailure` where a request cannot be answered; what the model and the index throw.
  package func recommend(_ requests: [RecommendRequest]) throws -> [Recommendation] {
    for request in requests { try check(k: request.k) }
    try check(timesOf: requests)
    return try engine.withLock { try $0.recommend(requests) }
  }

  /// The best `k` of each as lists, for files; `requests[i].k` counts for nothing.
  package func lists(_ requests: [RecommendRequest], k: Int) throws -> (
    lists: RankedLists, notes: [[RequestNote]]
  ) {
    try check(k: k)
    try check(timesOf: requests)
    return try engine.withLock { try $0.lists(requests, k: k) }
  }

  /// The `k` items most like an item, itself left out, by the inner product of their vectors.
  /// - Throws: `RequestFailure` where the item is not known.
  package func similar(item: String, k: Int) throws -> [Recommendation.Item] {
    try check(k: k)
    return try engine.withLock { try $0.similar(item, k: k) }
  }

  /// The query vectors of requests, `[requests][dimension]`, those of one request one after another where it has several, and
  /// what is to be said of these.
  package func vectors(_ requests: [RecommendRequest]) throws -> (vectors: [[Float]], notes: [[RequestNote]])
  {
    try check(timesOf: requests)
    return try engine.withLock { try $0.vectors(requests) }
  }

  /// The id of an item by its key.
  package func itemIDs(_ keys: [Int64]) -> [String] {
    engine.withLock { engine in keys.map(engine.saved.itemID) }
  }

  /// The names behind item keys, for files; nil where keys are the ids.
  package func itemNames() -> [String]? { engine.withLock { $0.saved.itemNames.map(Array.init) } }

  private func check(timesOf requests: [RecommendRequest]) throws {
    for case let time? in requests.lazy.map(\.time) {
      if let problem = facts.clock.problem(with: time) { throw RequestFailure("time", problem) }
    }
  }

  private func check(k: Int) throws {
    guard (1...Self.mostItems).contains(k) else {
      throw RequestFailure("k", "k is a number from 1 to \(Self.mostItems), not \(k)")
    }
  }
}
