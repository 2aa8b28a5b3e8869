import Numerics

/// The vectors of all items that can be recommended, and the structure that finds the nearest of them.
package struct SearchIndex {
  /// The item vectors, `[items, dimension]`.
  package var vectors: Matrix
  /// The raw ids, one a row.
  package var ids: [Int64]
  /// The FAISS index, or nil where the search is exact.
  package var approximate: FaissIndex?
  /// The exact search over ``vectors``, where it is kept for who asks again and again; nil where each call makes its own.
  package var exact: ExactSearch?

  /// Puts an index together.
  package init(vectors: Matrix, ids: [Int64], approximate: FaissIndex?) {
    self.vectors = vectors
    self.ids = ids
    self.approximate = approximate
  }

  /// An exact search that is kept, with the rows and ids that it has.
  package init(_ exact: ExactSearch) {
    self.init(vectors: exact.items, ids: exact.ids, approximate: nil)
    self.exact = exact
  }

  /// Whether a FAISS index made from `factory` stores vectors with fewer bits than they have.
  package static func isQuantised(_ factory: String) -> Bool {
    factory.split(separator: ",").contains { part in
      ["PQ", "OPQ", "SQ", "RQ", "LSQ", "PRQ", "PLSQ", "LSH", "ITQ"].contains {
        part.hasPrefix($0) || part.contains("_\($0)")
      }
    }
  }

  /// Whether the search is exact.
  package var isExact: Bool { approximate == nil }
}

/// How an approximate index is searched.
package struct SearchSettings: Sendable, Hashable {
  /// What is done for users to whom an approximate index gives fewer items than there are left for them.
  package enum Fill: String, CaseIterable, Sendable, Hashable {
    /// They are searched exactly.
    case exact
    /// They get the shorter list.
    case none
  }

  /// IVF: how many cells a query looks into.
  package var nprobe = 16
  /// HNSW: how many candidates a query keeps while it walks.
  package var efSearch = 64
  /// What short lists get.
  package var fill = Fill.exact

  /// The defaults.
  package init() {}
}
