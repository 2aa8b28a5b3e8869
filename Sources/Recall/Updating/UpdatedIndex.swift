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
    let keys = after.catalogue.items
    let distinct = RepeatedVectors(vectors, ids: keys)
    // A vector is as it was by its bits: anything else would find other items than the vectors say.
    var isKept = [Bool](repeating: false, count: keys.count)
    let ids = index.ids.map { id -> Int64 in
      guard id != FaissIndex.gone, let old = opened.row(of: id),
        let row = distinct.row(of: opened.vectors.row(Int(old))), !isKept[row]
      else { return FaissIndex.gone }
      isKept[row] = true
      return keys[row]
    }
    let added = distinct.rows.filter { !isKept[$0] }
    let lost = ids.count { $0 == FaissIndex.gone }
    let share = Double(lost) / Double(max(1, ids.count + added.count))
    var build = IndexBuild(before.search.factory)
    build.efConstruction = efConstruction
    if rebuilds || share > Self.mostGone {
      self.index = try build.index(of: vectors, ids: keys, threads: threads)
      (way, self.added, gone) = (.rebuilt, distinct.rows.count, 0)
      return
    }
    try index.setIDs(ids)
    let isGraph = before.search.factory.contains("HNSW")
    if isGraph { try index.set(.efConstruction, to: efConstruction) }
    try index.add(vectors.rows(added), ids: added.map { keys[$0] }, threads: isGraph ? 1 : threads)
    index.stand(for: distinct)
    self.index = index
    (way, self.added, gone) = (.changed, added.count, lost)
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
