import Files
import Notebook
import Numerics
import Recall

/// What `index` hands on: the vectors of all items, and the structure that finds the nearest ones.
package struct IndexArtifact: Artifact {
  package static let kind = "index"
  /// The file that FAISS reads.
  static let indexFile = "faiss_index.bin"
  /// The file that NumPy reads.
  static let vectorFile = "item_embeddings.npy"

  /// The vectors and what finds the nearest of them.
  package var search: SearchIndex
  /// FAISS's factory string.
  package var factory: String
  /// The size of the file that FAISS reads.
  package var bytes: Int
  /// How it is searched, where that was chosen with the index; nil where the settings say it.
  package var chosen: IndexSetting?

  /// What the settings of `index` say of it: how it is searched.
  package struct Outline: Sendable {
    /// How it is searched.
    package var search: SearchSettings
    /// Which items are candidates for all that read it.
    var candidates: CandidateSettings
    /// When the age of items is taken, in the log's unit; nil for the newest training click.
    package var moment: Int64?
  }

  /// Makes the artifact.
  package init(search: SearchIndex, factory: String, bytes: Int, chosen: IndexSetting? = nil) {
    self.search = search
    self.factory = factory
    self.bytes = bytes
    self.chosen = chosen
  }

  /// How it is searched: as the settings say, and where it was chosen as it was then.
  package func settings(_ outline: Outline?) -> SearchSettings {
    let written = outline?.search ?? SearchSettings()
    return chosen.map { $0.search(written) } ?? written
  }

  /// Reads the artifact from a bundle; vectors and index come from the files the step wrote.
  package init(bundle: Bundle) throws {
    let ids = try bundle.int64("ids")
    guard let folder = bundle.folder else { throw BundleError.damaged("the index has no files") }
    let vectors = try NumpyFile.readMatrix(FilePaths.join(folder, Self.vectorFile))
    guard vectors.rows == ids.count else {
      throw BundleError.damaged("there are \(ids.count) ids and \(vectors.rows) vectors")
    }
    factory = try bundle.text("factory")
    guard let bytes = try bundle.ints("bytes").first else {
      throw BundleError.damaged("the index has no size")
    }
    self.bytes = bytes
    if bundle.has("chosen") {
      let numbers = try bundle.ints("chosen")
      guard numbers.count == 3, numbers.allSatisfy({ $0 >= 0 }), numbers[2] > 0 else {
        throw BundleError.damaged("how it is searched is odd")
      }
      chosen = IndexSetting(
        factory: factory,
        nprobe: numbers[0] > 0 ? numbers[0] : nil,
        efSearch: numbers[1] > 0 ? numbers[1] : nil,
        rerank: numbers[2]
      )
    }
    let isExact = try bundle.text("search") == "exact"
    search = SearchIndex(
      vectors: vectors,
      ids: ids,
      approximate: isExact
        ? nil
        : try FaissIndex(
          reading: FilePaths.join(folder, Self.indexFile),
          factory: factory,
          of: vectors,
          ids: ids
        )
    )
  }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("ids", search.ids)
    bundle.add("search", text: search.isExact ? "exact" : "approximate")
    bundle.add("factory", text: factory)
    bundle.add("bytes", [bytes])
    if let chosen {
      bundle.add("chosen", [chosen.nprobe ?? 0, chosen.efSearch ?? 0, chosen.rerank])
    }
    return bundle
  }
}
