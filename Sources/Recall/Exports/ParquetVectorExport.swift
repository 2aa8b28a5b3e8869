import Files
import Parquet

/// The vectors of all items with the ids that they belong to, as one table.
package enum ParquetVectorExport: ModelExport {
  private static let table = "item_vectors.parquet"
  /// Of vectors of 64 numbers 16 MiB.
  private static let rowGroup = 1 << 16

  package static func files(of saved: SavedModel) -> [ExportedFile] {
    [
      ExportedFile(
        name: table,
        explanation: "the vectors of all items, a row an item: item_id and vector, a list of Float32"
      )
    ]
  }

  package static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws {
    let matrix = try saved.indexedVectors()
    let (vectors, width) = (matrix.values, matrix.columns)
    let keys = saved.catalogue.items
    let fields = [
      ParquetField("item_id", saved.itemNames == nil ? .int64 : .text),
      ParquetField("vector", .float, isList: true),
    ]
    try AtomicFile.write(to: try path(table)) { file in
      let writer = try ParquetWriter(fields) { try file.append($0) }
      for first in stride(from: 0, to: keys.count, by: rowGroup) {
        let rows = first..<min(first + rowGroup, keys.count)
        let ids: ParquetFieldValues.Values =
          saved.itemNames == nil
          ? .int64s(Array(keys[rows])) : .texts(keys[rows].map(saved.itemID))
        let numbers = Array(vectors[(rows.lowerBound * width)..<(rows.upperBound * width)])
        try writer.write(
          rows: rows.count,
          [
            ParquetFieldValues(ids),
            ParquetFieldValues(
              .floats(numbers),
              lengths: [Int32](repeating: Int32(width), count: rows.count)
            ),
          ]
        )
      }
      try writer.finish()
    }
  }
}
