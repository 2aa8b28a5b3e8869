import Numerics

/// How an index is made from vectors.
package struct IndexBuild: Sendable, Hashable {
  /// FAISS's factory string.
  package var factory: String
  /// HNSW: how many candidates an insertion keeps.
  package var efConstruction = 40
  /// HNSW: whether all threads link vectors; the graph then differs a little from run to run.
  package var isParallel = false

  /// Makes one of `factory`.
  package init(_ factory: String) { self.factory = factory }

  /// The index of `vectors` `[items, dimension]` and their ids; an approximate one holds each vector once.
  /// - Parameters:
  ///   - cells: an index of the same vectors, whose cells are taken where they are those that this one would learn.
  ///   - checkpoint: asked between training and adding.
  /// - Throws: `FaissFailure`; what `checkpoint` throws.
  package func index(
    of vectors: Matrix,
    ids: [Int64],
    cells: FaissIndex? = nil,
    threads: Int,
    checkpoint: () throws -> Void = {}
  ) throws -> FaissIndex {
    let index = try FaissIndex(factory: factory, dimension: vectors.columns)
    var (vectors, ids) = (vectors, ids)
    if factory != "Flat" {
      let repeats = RepeatedVectors(vectors, ids: ids)
      index.stand(for: repeats)
      if !repeats.others.isEmpty {
        (vectors, ids) = (vectors.rows(repeats.rows), repeats.rows.map { ids[$0] })
      }
    }
    if let cells { try index.takeCells(of: cells) }
    try index.train(vectors, threads: threads)
    try checkpoint()
    let isGraph = factory.contains("HNSW")
    if isGraph { try index.set(.efConstruction, to: efConstruction) }
    // Threads race to link an HNSW graph, and it would differ from run to run.
    try index.add(vectors, ids: ids, threads: isGraph && !isParallel ? 1 : threads)
    return index
  }
}
