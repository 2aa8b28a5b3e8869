import Clicks
import Numerics

/// The index of a saved model after an update: what stays is left as it is, what is new or moved is added, what went or moved
/// is taken out.
package struct UpdatedIndex {
  /// How it came about.
  package enum Way: String, Sendable {
    /// Exact search needs none.
    case none
    /// The old one was changed.
    case changed
    /// It was made anew, as too much of the old one was gone.
    case rebuilt
  }

  /// A graph of which more than this share is gone is made anew: paths lead through what is not found, and memory is not
  /// given back.
  package static let mostGone = 0.3

  /// The index; nil for exact search.
  package let index: FaissIndex?
  /// How it came about.
  package let way: Way
  /// How many vectors were added, and how many taken out or left behind as gone.
  package let added: Int
  package let gone: Int

  /// Updates the index of `fold.before` for the items and `vectors` of `fold.after`.
  /// - Throws: what the index throws.
  package init(_ fold: ModelFold, vectors: Matrix, efConstruction: Int, rebuilds: Bool, threads: Int) throws {
    let (before, after) = (fold.before, fold.after)
    let opened = try before.openIndex()
    guard let index = opened.approximate else {
      (self.index, way, added, gone) = (nil, .none, 0, 0)
      return
    }
    // A vector is as it was by its bits: anything else would find other items than the vectors say.
    let keys = after.catalogue.items
    var isKept = [Bool](repeating: false, count: keys.count)
    var newKey: [Int64: Int64] = [:]
    for (old, place) in fold.placeOfOld.enumerated() {
      guard let place, vectors.row(place).elementsEqual(opened.vectors.row(old)) else { continue }
      isKept[place] = true
      newKey[before.catalogue.items[old]] = keys[place]
    }
    let ids = index.ids.map { newKey[$0] ?? FaissIndex.gone }
    let added = keys.indices.filter { !isKept[$0] }
    let lost = ids.count { $0 == FaissIndex.gone }
    let share = Double(lost) / Double(max(1, ids.count + added.count))
    if rebuilds || share > Self.mostGone {
      self.index = try Self.fresh(
        before.search.factory,
        vectors,
        keys,
        efConstruction: efConstruction,
        threads: threads
      )
      (way, self.added, gone) = (.rebuilt, keys.count, 0)
      return
    }
    try index.setIDs(ids)
    let more = Matrix(rows: added.count, columns: vectors.columns)
    for (row, place) in added.enumerated() { _ = more.row(row).update(fromContentsOf: vectors.row(place)) }
    let isGraph = before.search.factory.contains("HNSW")
    if isGraph { try index.set(.efConstruction, to: efConstruction) }
    try index.add(more, ids: added.map { keys[$0] }, threads: isGraph ? 1 : threads)
    self.index = index
    (way, self.added, gone) = (.changed, added.count, lost)
  }

  /// An index made anew of `vectors`.
  package static func fresh(
    _ factory: String,
    _ vectors: Matrix,
    _ ids: [Int64],
    efConstruction: Int,
    threads: Int
  ) throws -> FaissIndex {
    let index = try FaissIndex(factory: factory, dimension: vectors.columns)
    try index.train(vectors, threads: threads)
    let isGraph = factory.contains("HNSW")
    if isGraph { try index.set(.efConstruction, to: efConstruction) }
    // With one thread a graph is the same each time.
    try index.add(vectors, ids: ids, threads: isGraph ? 1 : threads)
    return index
  }

  /// The share of the `k` nearest items of each query that `index` finds.
  /// - Throws: what the index throws.
  package static func recall(
    of index: FaissIndex,
    _ settings: SearchSettings,
    _ vectors: Matrix,
    _ ids: [Int64],
    queries: Matrix,
    k: Int,
    threads: Int
  ) throws -> Double {
    if index.factory.contains("IVF") { try index.set(.nprobe, to: settings.nprobe) }
    if index.factory.contains("HNSW") { try index.set(.efSearch, to: max(settings.efSearch, k)) }
    let options = SearchOptions(threads: threads)
    let exact = try ExactSearch(items: vectors, ids: ids).search(queries: queries, k: k, options: options)
    let found = try index.search(queries: queries, k: k, options: options)
    var (hits, all) = (0, 0)
    for query in 0..<queries.rows {
      let own = Set(exact.ids(of: query))
      all += own.count
      hits += found.ids(of: query).count { own.contains($0) }
    }
    return Double(hits) / Double(max(1, all))
  }
}
