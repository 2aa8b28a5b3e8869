import Files
import Memory

/// A Parquet file that columns are read from.
///
/// The file is mapped, and only what is asked for is looked at. Every length, count and offset in it is taken for a claim.
package final class ParquetFile {
  /// Its columns: the leaves of the schema, in their order.
  package let leaves: [ParquetLeaf]
  /// How many rows each row group has.
  package let rowGroups: [Int]
  /// How many rows there are.
  package let rows: Int

  let file: MappedFile
  let groups: [RowGroup]

  /// The four bytes that a file begins and ends with.
  package static let mark: [UInt8] = Array("PAR1".utf8)

  /// Opens the file at `path` and reads its footer.
  /// - Throws: `FileError` where it cannot be read; ``ParquetError`` where it is no Parquet, encrypted or damaged.
  package init(path: String) throws {
    file = try MappedFile(path)
    (leaves, groups, rows) = try file.withBytes { bytes in
      let metadata = try FileMetadata(Self.footer(bytes))
      let leaves = try SchemaWalk.leaves(of: metadata.schema)
      let rows = try Self.check(metadata, leaves: leaves, dataEnd: bytes.count - Self.footer(bytes).count - 8)
      return (leaves, metadata.rowGroups, rows)
    }
    rowGroups = groups.map { Int($0.rows) }
  }

  private static func footer(_ bytes: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer {
    guard bytes.starts(with: mark) else {
      let isEncrypted = bytes.starts(with: Array("PARE".utf8))
      throw ParquetError(
        isEncrypted
          ? "the file is encrypted; write it without encryption"
          : "the file is no Parquet: it does not begin with PAR1"
      )
    }
    guard bytes.count >= 12, bytes.suffix(4).elementsEqual(mark) else {
      throw ParquetError("the file is cut off: a Parquet file ends with PAR1")
    }
    let size = Int(
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt32.self))
    )
    guard size <= bytes.count - 12 else {
      throw ParquetError("the file says that its footer has \(size) bytes, the whole file has \(bytes.count)")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - 8 - size)..<(bytes.count - 8)])
  }

  /// Holds what the footer says against itself and against the file; gives the number of rows.
  private static func check(_ metadata: FileMetadata, leaves: [ParquetLeaf], dataEnd: Int) throws -> Int {
    var rows: Int64 = 0
    for (place, group) in metadata.rowGroups.enumerated() {
      guard group.chunks.count == leaves.count else {
        throw ParquetError(
          "it has \(group.chunks.count) columns, the schema has \(leaves.count)",
          place: "row group \(place + 1)"
        )
      }
      let sum = rows.addingReportingOverflow(group.rows)
      guard !sum.overflow else { throw ParquetError("the footer says of absurdly many rows") }
      rows = sum.partialValue
    }
    guard rows == metadata.rows else {
      throw ParquetError("the footer says of \(metadata.rows) rows, its row groups of \(rows)")
    }
    try checkOverlaps(metadata, leaves, dataEnd: dataEnd)
    return Int(rows)
  }

  private static func checkOverlaps(_ metadata: FileMetadata, _ leaves: [ParquetLeaf], dataEnd: Int) throws {
    var ranges: [(range: Range<Int>, group: Int, leaf: Int)] = []
    for (group, content) in metadata.rowGroups.enumerated() {
      for (leaf, chunk) in content.chunks.enumerated() where chunk.refusal == nil && chunk.values != 0 {
        do { ranges.append((try chunk.range(end: dataEnd), group, leaf)) } catch let error as ParquetError {
          throw error.at(placeName(group, leaves[leaf]))
        }
      }
    }
    ranges.sort { $0.range.lowerBound < $1.range.lowerBound }
    for (a, b) in zip(ranges, ranges.dropFirst()) where a.range.upperBound > b.range.lowerBound {
      throw ParquetError(
        "the footer says that it begins at \(b.range.lowerBound), where the data of "
          + "\(placeName(a.group, leaves[a.leaf])) go on until \(a.range.upperBound)",
        place: placeName(b.group, leaves[b.leaf])
      )
    }
  }

  static func placeName(_ group: Int, _ leaf: ParquetLeaf) -> String {
    "row group \(group + 1), column '\(leaf.name)'"
  }
}
