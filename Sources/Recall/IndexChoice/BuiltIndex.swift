import Numerics

/// An index that was built to be tried.
package final class BuiltIndex {
  /// What it is.
  package let form: IndexForm
  /// What finds items; nil for exact search.
  package let faiss: FaissIndex?
  /// Its bytes as a file; for exact search those of the vectors.
  let bytes: Int
  /// All items.
  let search: SearchIndex
  /// What one request is searched in: of items that share one vector no more than a list can hold.
  let single: SearchIndex

  /// So many places and seen items of one request are answered by ``single``, as a service does.
  private static let mostPlaces = 4096

  init(_ form: IndexForm, _ faiss: FaissIndex?, vectors: Matrix, ids: [Int64]) throws {
    self.form = form
    self.faiss = faiss
    bytes = try faiss?.storedBytes() ?? vectors.elements.count * MemoryLayout<Float>.stride
    search = SearchIndex(vectors: vectors, ids: ids, approximate: faiss)
    let fewer =
      faiss == nil ? ExactSearch(items: vectors, ids: ids).withoutRepeats(limit: Self.mostPlaces) : nil
    single = fewer.map { SearchIndex(vectors: $0.items, ids: $0.ids, approximate: nil) } ?? search
  }

  /// What it takes with the vectors, where they are compared.
  func bytes(rerank: Int) -> Int {
    bytes + (rerank > 1 ? search.vectors.elements.count * MemoryLayout<Float>.stride : 0)
  }
}
