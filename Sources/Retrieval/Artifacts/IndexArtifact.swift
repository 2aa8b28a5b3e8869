import Files
import Notebook
import Numerics

/// What `index` hands on: the vectors of all items, and the structure that finds the nearest ones.
package struct IndexArtifact: Artifact {
  /// The kind.
  package static let kind = "index"
  /// The file that FAISS reads.
  static let indexFile = "faiss_index.bin"
  /// The file that NumPy reads.
  static let vectorFile = "item_embeddings.npy"

  /// The item vectors, `[items, dimension]`.
  package var vectors: Matrix
  /// The raw ids, one a row.
  package var ids: [Int64]
  /// The FAISS index, or nil where the search is exact.
  package var approximate: FaissIndex?

  /// Makes the artifact.
  package init(vectors: Matrix, ids: [Int64], approximate: FaissIndex?) {
    self.vectors = vectors
    self.ids = ids
    self.approximate = approximate
  }

  /// Reads the artifact from a bundle; vectors and index come from the files the step wrote.
  package init(bundle: Bundle) throws {
    ids = try bundle.int64("ids")
    guard let folder = bundle.folder else { throw BundleError.damaged("the index has no files") }
    vectors = try NumpyFile.readMatrix(FilePaths.join(folder, Self.vectorFile))
    guard vectors.rows == ids.count else {
      throw BundleError.damaged("there are \(ids.count) ids and \(vectors.rows) vectors")
    }
    let isExact = try bundle.text("search") == "exact"
    approximate = isExact ? nil : try FaissIndex(reading: FilePaths.join(folder, Self.indexFile))
  }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("ids", ids)
    bundle.add("search", text: approximate == nil ? "exact" : "approximate")
    return bundle
  }
}
