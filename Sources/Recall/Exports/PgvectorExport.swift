import Files
import Numerics

/// The vectors of all items as a script for `psql`, which makes a table with a column of pgvector's type and copies them in.
package enum PgvectorExport: ModelExport {
  private static let script = "item_vectors.sql"
  /// What a column of pgvector's type `vector` may have.
  static let mostDimensions = 16_000

  package static func files(of saved: SavedModel) -> [ExportedFile] {
    [
      ExportedFile(
        name: script,
        explanation:
          "the vectors of all items for PostgreSQL with pgvector: `psql -f` makes the table `item_vectors`"
      )
    ]
  }

  package static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws {
    let vectors = try saved.indexedVectors()
    let width = vectors.columns
    guard width <= mostDimensions else {
      throw SavedModelFailure(
        "pgvector takes vectors of up to \(mostDimensions) dimensions and the model's have \(width); leave 'pgvector' out "
          + "of 'formats'"
      )
    }
    try AtomicFile.write(to: try path(script)) { file in
      try file.append(head(width))
      var text: [UInt8] = []
      for (row, key) in saved.catalogue.items.enumerated() {
        let id = saved.itemID(key)
        let values = vectors.row(row)
        guard values.allSatisfy(\.isFinite), !id.utf8.contains(0) else {
          throw SavedModelFailure(
            values.allSatisfy(\.isFinite)
              ? "the item '\(id)' has a zero byte in its id, which PostgreSQL's text does not take"
              : "the vector of the item '\(id)' is not finite, which pgvector does not take: training has diverged"
          )
        }
        append(id, values, to: &text)
        if text.count > 1 << 20 {
          try file.append(text)
          text.removeAll(keepingCapacity: true)
        }
      }
      try file.append(text)
      try file.append("\\.\nCOMMIT;\n")
    }
  }

  private static func head(_ width: Int) -> String {
    """
    -- The vectors of all items. Scores are inner products, the largest first; pgvector's <#> is their negative:
    --   SELECT item_id, -(embedding <#> '[...]') AS score FROM item_vectors ORDER BY embedding <#> '[...]' LIMIT 20;
    -- That is exact. Of up to 2,000 dimensions an index makes it faster and approximate:
    --   CREATE INDEX ON item_vectors USING hnsw (embedding vector_ip_ops);
    BEGIN;
    CREATE EXTENSION IF NOT EXISTS vector;
    CREATE TABLE item_vectors (item_id text PRIMARY KEY, embedding vector(\(width)) NOT NULL);
    COPY item_vectors (item_id, embedding) FROM stdin;

    """
  }

  /// A line of COPY's text form.
  private static func append(
    _ id: String,
    _ values: UnsafeMutableBufferPointer<Float>,
    to text: inout [UInt8]
  ) {
    for byte in id.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): text += Array("\\\\".utf8)
      case UInt8(ascii: "\t"): text += Array("\\t".utf8)
      case UInt8(ascii: "\n"): text += Array("\\n".utf8)
      case UInt8(ascii: "\r"): text += Array("\\r".utf8)
      default: text.append(byte)
      }
    }
    text += [UInt8(ascii: "\t"), UInt8(ascii: "[")]
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longestFloat) { digits in
      guard let start = digits.baseAddress else { return }
      for (column, value) in values.enumerated() {
        if column > 0 { text.append(UInt8(ascii: ",")) }
        text += UnsafeBufferPointer(start: start, count: appendFloat(value, to: start))
      }
    }
    text += [UInt8(ascii: "]"), UInt8(ascii: "\n")]
  }
}
