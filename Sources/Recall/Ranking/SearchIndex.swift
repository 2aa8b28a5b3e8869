import Numerics

/// The vectors of all items that can be recommended, and the structure that finds the nearest of them.
package struct SearchIndex {
  /// The item vectors, `[items, dimension]`.
  package let vectors: Matrix
  /// The raw ids, one a row.
  package let ids: [Int64]
  /// The FAISS index, or nil where the search is exact.
  package let approximate: FaissIndex?
  /// The exact search over ``vectors``, where it is kept for who asks again and again; nil where each call makes its own.
  package private(set) var exact: ExactSearch?
  /// The rows by their ids, ascending; nil where rows are in that order already.
  private let order: [UInt32]?

  /// Puts an index together.
  package init(vectors: Matrix, ids: [Int64], approximate: FaissIndex?) {
    self.vectors = vectors
    self.ids = ids
    self.approximate = approximate
    let isSorted = zip(ids, ids.dropFirst()).allSatisfy(<)
    order = isSorted ? nil : ids.indices.sorted { (ids[$0], $0) < (ids[$1], $1) }.map { UInt32($0) }
  }

  /// The row of an item; nil for an id that is none of them.
  func row(of id: Int64) -> UInt32? {
    var (low, high) = (0, ids.count)
    func row(_ place: Int) -> Int { order.map { Int($0[place]) } ?? place }
    while low < high {
      let middle = (low + high) / 2
      if ids[row(middle)] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[row(low)] == id ? UInt32(row(low)) : nil
  }

  /// An exact search that is kept, with the rows and ids that it has.
  package init(_ exact: ExactSearch) {
    self.init(vectors: exact.items, ids: exact.ids, approximate: nil)
    self.exact = exact
  }

  /// The same index; where its search is exact, calls share what the first one makes for it.
  func forManyCalls() -> SearchIndex {
    guard isExact, exact == nil else { return self }
    var index = self
    index.exact = ExactSearch(items: vectors, ids: ids)
    return index
  }

  /// Whether a FAISS index made from `factory` stores vectors with fewer bits than they have.
  package static func isQuantised(_ factory: String) -> Bool {
    factory.split(separator: ",").contains { part in
      ["PQ", "OPQ", "SQ", "RQ", "LSQ", "PRQ", "PLSQ", "LSH", "ITQ"].contains {
        part.hasPrefix($0) || part.contains("_\($0)")
      }
    }
  }

  /// Whether one made from `factory` compares something else than the vectors: fewer bits, or fewer dimensions.
  package static func isLossy(_ factory: String) -> Bool {
    isQuantised(factory) || factory.split(separator: ",").contains { $0.hasPrefix("PCA") }
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
  /// How many times as many items as are wanted an approximate index is asked for, to be compared by their exact vectors; 1
  /// where what it finds stands in its own order.
  package var rerank = 1
  /// What short lists get.
  package var fill = Fill.exact

  /// The defaults.
  package init() {}
}
