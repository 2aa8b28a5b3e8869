import Clicks
import Files
import FoundationEssentials
import Numerics

/// The vectors of all items and the ids that they belong to, for programs that know nothing of the model.
package enum VectorExport: ModelExport {
  private static let vectors = "item_vectors.npy"
  private static let ids = "item_ids.json"

  package static let files = [
    ExportedFile(
      name: vectors,
      explanation: "the vectors of all items, Float32, a row an item, as numpy.load reads them"
    ),
    ExportedFile(name: ids, explanation: "the items' ids, a JSON array in the order of the rows"),
  ]

  package static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws {
    try NumpyFile.write(try saved.itemVectors(), to: try path(vectors))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let keys = saved.catalogue.items
    let json =
      if let names = saved.itemNames {
        try encoder.encode(keys.map { ClickLog.id($0, names) })
      } else {
        try encoder.encode(keys)
      }
    try AtomicFile.write(String(decoding: json, as: UTF8.self) + "\n", to: try path(ids))
  }
}
