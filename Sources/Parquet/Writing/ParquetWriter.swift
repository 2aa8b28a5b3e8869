import Memory

/// Writes a Parquet file, row group by row group, compressed with Zstandard.
///
/// Columns are encoded side by side; the bytes do not depend on the number of threads. A column is written by a dictionary
/// where that is shorter. Pages have checksums, columns their least and greatest value.
package final class ParquetWriter {
  /// Rows that make a good row group.
  package static let usualRowGroup = 1 << 19

  private let fields: [ParquetField]
  private let threads: Threads
  private let output: (UnsafeRawBufferPointer) throws -> Void
  private var offset = 0
  private var rows = 0
  /// What the footer says of each row group, written beforehand.
  private var groups: [[UInt8]] = []

  /// Begins a file with the columns `fields`, whose bytes go to `output` in order.
  /// - Throws: what `output` does.
  package init(
    _ fields: [ParquetField],
    threads: Threads = Threads(1),
    output: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    precondition(
      !fields.isEmpty && Set(fields.map(\.name)).count == fields.count,
      "columns of different names"
    )
    self.fields = fields
    self.threads = threads
    self.output = output
    try write(ParquetFile.mark)
  }

  private func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes(output)
    offset += bytes.count
  }

  /// Writes a row group of `count` rows, one of `columns` for each field, in order.
  /// - Throws: ``ParquetError`` where it cannot be compressed; what the output throws.
  package func write(rows count: Int, _ columns: [ParquetFieldValues]) throws {
    precondition(columns.count == fields.count, "values for each column")
    for (field, column) in zip(fields, columns) { Self.check(field, column, rows: count) }
    guard count > 0 else { return }
    var chunks = [Result<EncodedChunk, any Error>?](repeating: nil, count: fields.count)
    chunks.withUnsafeMutableBufferPointer { chunks in
      threads.forEach(chunks.count) { place in
        chunks[place] = Result { try EncodedChunk(fields[place], columns[place], rows: count) }
      }
    }
    let encoded = try chunks.compactMap { try $0?.get() }
    groups.append(metadata(encoded, rows: count))
    for chunk in encoded { try write(chunk.bytes) }
    rows += count
  }

  private static func check(_ field: ParquetField, _ column: ParquetFieldValues, rows: Int) {
    precondition(column.values.fits(field.kind), "values of the column's type")
    precondition((column.lengths != nil) == field.isList, "lengths for lists")
    precondition(
      column.isPresent == nil || (field.isOptional && !field.isList),
      "nulls where they are allowed"
    )
    let values =
      column.lengths.map { $0.reduce(0) { $0 + Int(max($1, 0)) } } ?? column.isPresent?.count(where: \.self)
      ?? rows
    let counted = column.lengths?.count ?? column.isPresent?.count ?? rows
    precondition(counted == rows && column.values.count == values, "a value for each row")
    precondition(field.isOptional || column.lengths?.allSatisfy { $0 >= 0 } ?? true, "no null lists")
  }

  /// What the footer says of a row group whose chunks come next.
  private func metadata(_ chunks: [EncodedChunk], rows: Int) -> [UInt8] {
    var writer = CompactWriter()
    writer.element { writer in
      writer.list(1, of: .structure, count: chunks.count) { writer in
        var next = offset
        for chunk in chunks {
          chunk.writeMetadata(&writer, offset: next)
          next += chunk.bytes.count
        }
      }
      writer.int64(2, Int64(chunks.reduce(0) { $0 + $1.unpackedSize }))
      writer.int64(3, Int64(rows))
    }
    return writer.bytes
  }

  /// Writes the footer, with which the file is complete.
  /// - Throws: what the output throws.
  package func finish() throws {
    let footer = CompactWriter.bytes { writer in
      writer.int32(1, 2)
      let size = fields.reduce(1) { $0 + $1.schemaSize }
      writer.list(2, of: .structure, count: size) { writer in
        writer.element {
          $0.text(4, "schema")
          $0.int32(5, Int32(fields.count))
        }
        for field in fields { field.writeSchema(&writer) }
      }
      writer.int64(3, Int64(rows))
      writer.list(4, of: .structure, count: groups.count) { writer in
        for group in groups { writer.append(group) }
      }
      writer.text(6, "towerbook")
      // The order of each column is that of its type; without this the extremes are not taken for such.
      writer.list(7, of: .structure, count: fields.count) { writer in
        for _ in fields { writer.element { $0.structure(1) } }
      }
    }
    let size = withUnsafeBytes(of: UInt32(footer.count).littleEndian) { Array($0) }
    try write(footer + size + ParquetFile.mark)
  }
}
