import CZlib
import CZstd

/// One column of a row group as it stands in a file, and what the footer says of it.
struct EncodedChunk {
  private(set) var bytes: [UInt8] = []
  private var uncompressedSize = 0
  private var dictionarySize: Int?
  private var levelCount = 0
  private var nullCount = 0
  private let field: ParquetField
  private let extremes: (least: [UInt8], greatest: [UInt8])?

  /// Values of a page, unless one row has more.
  private static let pageValues = 1 << 16

  /// - Throws: ``ParquetError`` where the values cannot be compressed.
  init(_ field: ParquetField, _ column: ParquetFieldValues, rows: Int) throws {
    self.field = field
    let values = WrittenValues(column.values)
    extremes = values.extremes
    if let dictionary = values.dictionary {
      try append(dictionary.bytes, kind: .dictionary) {
        $0.structure(7) {
          $0.int32(1, Int32(dictionary.count))
          $0.int32(2, Encoding.plain.rawValue)
        }
      }
      dictionarySize = bytes.count
    }
    let encoding = values.dictionary == nil ? Encoding.plain : .rleDictionary
    var (row, value) = (0, 0)
    repeat {
      let page = PageLevels(field, column, from: row, rows: rows, pageValues: Self.pageValues)
      let body = page.bytes + values.page(value..<value + page.values)
      try append(body, kind: .data) {
        $0.structure(5) {
          $0.int32(1, Int32(page.levels))
          $0.int32(2, encoding.rawValue)
          $0.int32(3, Encoding.rle.rawValue)
          $0.int32(4, Encoding.rle.rawValue)
        }
      }
      row = page.endRow
      value += page.values
      levelCount += page.levels
      nullCount += page.nulls
    } while row < rows
  }

  private mutating func append(
    _ page: [UInt8],
    kind: PageHeader.Kind,
    _ describe: (inout CompactWriter) -> Void
  ) throws {
    let packed = try Self.packed(page)
    let head = CompactWriter.bytes {
      $0.int32(1, kind.rawValue)
      $0.int32(2, Int32(page.count))
      $0.int32(3, Int32(packed.count))
      $0.int32(4, Int32(bitPattern: UInt32(truncatingIfNeeded: crc32_z(0, packed, packed.count))))
      describe(&$0)
    }
    bytes += head
    bytes += packed
    uncompressedSize += head.count + page.count
  }

  private static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
    guard bytes.count <= Int32.max else { throw ParquetError("a page of more than 2 GiB cannot be written") }
    let room = ZSTD_compressBound(bytes.count)
    var size = 0
    let packed = [UInt8](unsafeUninitializedCapacity: room) { target, count in
      size = ZSTD_compress(target.baseAddress, room, bytes, bytes.count, 3)
      count = ZSTD_isError(size) == 0 ? size : 0
    }
    guard ZSTD_isError(size) == 0 else { throw ParquetError("a page cannot be compressed") }
    return packed
  }

  /// Writes the chunk's part of the footer; its bytes begin at `offset` in the file.
  func writeMetadata(_ writer: inout CompactWriter, offset: Int) {
    let encodings = [Encoding.rle] + (dictionarySize == nil ? [.plain] : [.plain, .rleDictionary])
    writer.element { writer in
      writer.int64(2, 0)
      writer.structure(3) { writer in
        writer.int32(1, field.type.rawValue)
        writer.list(2, of: .int32, count: encodings.count) { writer in
          for encoding in encodings { writer.element(encoding.rawValue) }
        }
        writer.list(3, of: .binary, count: field.path.count) { writer in
          for name in field.path { writer.element(Array(name.utf8)) }
        }
        writer.int32(4, Codec.zstd.rawValue)
        writer.int64(5, Int64(levelCount))
        writer.int64(6, Int64(uncompressedSize))
        writer.int64(7, Int64(bytes.count))
        writer.int64(9, Int64(offset + (dictionarySize ?? 0)))
        if dictionarySize != nil { writer.int64(11, Int64(offset)) }
        writer.structure(12) { writer in
          writer.int64(3, Int64(nullCount))
          guard let extremes else { return }
          writer.binary(5, extremes.greatest)
          writer.binary(6, extremes.least)
        }
      }
    }
  }

  /// The bytes of the chunk before they were compressed.
  var unpackedSize: Int { uncompressedSize }
}

/// The levels of one page.
private struct PageLevels {
  /// They as they stand in the page.
  private(set) var bytes: [UInt8] = []
  /// How many rows, lists' elements, nulls and empty lists.
  private(set) var levels = 0
  private(set) var values = 0
  /// Levels without a value.
  private(set) var nulls = 0
  /// The row behind the last one.
  private(set) var endRow: Int

  init(_ field: ParquetField, _ column: ParquetFieldValues, from first: Int, rows: Int, pageValues: Int) {
    endRow = first
    guard let lengths = column.lengths else {
      endRow = min(rows, first + pageValues)
      levels = endRow - first
      values = levels
      guard field.isOptional else { return }
      let definition = (first..<endRow).map { UInt32(column.isPresent?[$0] ?? true ? 1 : 0) }
      values = definition.reduce(0) { $0 + Int($1) }
      nulls = levels - values
      append(definition, greatest: 1)
      return
    }
    var (repetition, definition): ([UInt32], [UInt32]) = ([], [])
    let greatest = UInt32(field.maxDefinition)
    while endRow < rows, repetition.count < pageValues {
      let length = Int(lengths[endRow])
      endRow += 1
      repetition.append(0)
      definition.append(length > 0 ? greatest : length == 0 ? greatest - 1 : 0)
      guard length > 0 else {
        nulls += 1
        continue
      }
      repetition += [UInt32](repeating: 1, count: length - 1)
      definition += [UInt32](repeating: greatest, count: length - 1)
      values += length
    }
    levels = repetition.count
    append(repetition, greatest: 1)
    append(definition, greatest: field.maxDefinition)
  }

  private mutating func append(_ levels: [UInt32], greatest: Int) {
    let written = HybridEncoder.bytes(levels[...], width: Int.bitWidth - greatest.leadingZeroBitCount)
    bytes += withUnsafeBytes(of: UInt32(written.count).littleEndian) { Array($0) }
    bytes += written
  }
}
