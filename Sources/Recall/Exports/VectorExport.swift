import Clicks
import Files
import Numerics

/// The vectors of all items and the ids that they belong to, for programs that know nothing of the model.
package enum VectorExport: ModelExport {
  private static let vectors = "item_vectors.npy"
  private static let ids = "item_ids.json"

  package static func files(of saved: SavedModel) -> [ExportedFile] {
    [
      ExportedFile(
        name: vectors,
        explanation: "the vectors of all items, Float32, a row an item, as numpy.load reads them"
      ),
      ExportedFile(name: ids, explanation: "the items' ids, a JSON array in the order of the rows"),
    ]
  }

  package static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws {
    try NumpyFile.write(try saved.indexedVectors(), to: try path(vectors))
    let items = saved.catalogue.items.map { key in
      saved.itemNames == nil ? JSONValue.int(Int(key)) : .string(saved.itemID(key))
    }
    try AtomicFile.write(JSONValue.array(items).text(.compact) + "\n", to: try path(ids))
  }
}
