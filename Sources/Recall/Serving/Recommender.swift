import Clicks
import Files
import Numerics
import Synchronization

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
    /// FAISS's factory string; `Flat` is exact.
    package var index: String
    /// Whether it keeps what users clicked.
    package var hasHistories: Bool
    /// The columns of the context that it takes.
    package var contexts: [String]
    /// Whether it takes the time of the request, and how many of the log's unit make a second.
    package var takesTime: Bool
    package var ticksPerSecond: Int64
    /// What candidates call the columns of users and of items.
    package var columns: ModelManifest.Columns
    /// What it was chosen by.
    package var metrics: [String: Double?]
  }

  /// The most items that one request may ask for.
  package static let mostItems = 10_000

  /// What is known of the model.
  package let facts: Facts
  private let engine: Mutex<RecommendEngine>

  /// Opens the model at `path`: a folder or a `.tar.zst`.
  /// - Parameters:
  ///   - threads: how many threads a search may use.
  ///   - verifies: whether the digests of all files are checked, which reads them all.
  ///   - isCopied: whether all is read into memory, for who goes on for long; then ``prepare()`` ends with nothing left that
  ///     hangs on the files.
  /// - Throws: what ``SavedModel/init(path:verifies:isCopied:)`` throws.
  package init(path: String, threads: Int, verifies: Bool = false, isCopied: Bool = false) throws {
    let saved = try SavedModel(path: path, verifies: verifies, isCopied: isCopied)
    let engine = try RecommendEngine(saved, threads: threads)
    facts = Self.facts(engine.saved, path)
    self.engine = Mutex(engine)
  }

  private static func facts(_ saved: SavedModel, _ path: String) -> Facts {
    Facts(
      path: path,
      digest: saved.digest.map { "\($0)" } ?? "",
      items: saved.catalogue.count,
      users: saved.users.count,
      dimension: saved.model.shape.vectorDimension,
      index: saved.search.factory,
      hasHistories: saved.hasHistories,
      contexts: saved.contexts.prefix(saved.model.shape.contexts.count).map(\.name),
      takesTime: saved.takesTime,
      ticksPerSecond: saved.clock.ticksPerSecond,
      columns: saved.columns,
      metrics: saved.metrics ?? [:]
    )
  }

  /// Reads and makes what the first request would wait for.
  /// - Throws: `SavedModelFailure` where another model has taken the place of the one that was opened.
  package func prepare() throws { try engine.withLock { try $0.prepare() } }

  /// The items called `ids`.
  package func items(_ ids: [String]) -> ItemSelection { engine.withLock { $0.items(ids) } }

  /// What is recommended to each; all are ranked together.
  /// - Throws: `RequestFailure` where a request cannot be answered; what the model and the index throw.
  package func recommend(_ requests: [RecommendRequest]) throws -> [Recommendation] {
    for request in requests { try check(k: request.k) }
    return try engine.withLock { try $0.recommend(requests) }
  }

  /// The best `k` of each as lists, for files; `requests[i].k` counts for nothing.
  package func lists(_ requests: [RecommendRequest], k: Int) throws -> (
    lists: RankedLists, notes: [[RequestNote]]
  ) {
    try check(k: k)
    return try engine.withLock { try $0.lists(requests, k: k) }
  }

  /// The `k` items most like an item, itself left out, by the inner product of their vectors.
  /// - Throws: `RequestFailure` where the item is not known.
  package func similar(item: String, k: Int) throws -> [Recommendation.Item] {
    try check(k: k)
    return try engine.withLock { try $0.similar(item, k: k) }
  }

  /// The query vectors of requests, `[requests][dimension]`, and what is to be said of these.
  package func vectors(_ requests: [RecommendRequest]) throws -> (vectors: [[Float]], notes: [[RequestNote]])
  {
    try engine.withLock { try $0.vectors(requests) }
  }

  /// The id of an item by its key.
  package func itemIDs(_ keys: [Int64]) -> [String] {
    engine.withLock { engine in keys.map(engine.saved.itemID) }
  }

  /// The names behind item keys, for files; nil where keys are the ids.
  package func itemNames() -> [String]? { engine.withLock { $0.saved.itemNames.map(Array.init) } }

  private func check(k: Int) throws {
    guard (1...Self.mostItems).contains(k) else {
      throw RequestFailure("k", "k is a number from 1 to \(Self.mostItems), not \(k)")
    }
  }
}
