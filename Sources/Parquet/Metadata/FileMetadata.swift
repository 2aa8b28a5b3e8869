/// What the footer says.
struct FileMetadata: Sendable {
  var schema: [SchemaElement] = []
  var rows: Int64 = -1
  var rowGroups: [RowGroup] = []

  init(_ bytes: UnsafeRawBufferPointer) throws {
    var reader = CompactReader(bytes)
    try reader.structure { reader, field in
      switch field.id {
      case 2: try reader.list(field) { reader, _ in schema.append(try SchemaElement(&reader)) }
      case 3: rows = try reader.integer(field)
      case 4: try reader.list(field) { reader, _ in rowGroups.append(try RowGroup(&reader)) }
      case 8: throw ParquetError("the file is encrypted; write it without encryption")
      default: try reader.skip(field)
      }
    }
    guard rows >= 0 else { throw ParquetError("the footer says of no number of rows") }
  }
}

/// Some rows of a file.
struct RowGroup: Sendable {
  var chunks: [ColumnChunk] = []
  var rows: Int64 = -1

  init(_ reader: inout CompactReader) throws {
    try reader.structure { reader, field in
      switch field.id {
      case 1: try reader.list(field) { reader, _ in chunks.append(try ColumnChunk(&reader)) }
      case 3: rows = try reader.integer(field)
      default: try reader.skip(field)
      }
    }
    guard rows >= 0 else { throw ParquetError("a row group of the footer has no number of rows") }
  }
}

/// One column of a row group.
struct ColumnChunk: Sendable {
  var type: Int32 = -1
  var path: [String] = []
  var codec: Int32 = -1
  var values: Int64 = -1
  var uncompressedSize: Int64 = -1
  var compressedSize: Int64 = -1
  var dataOffset: Int64 = -1
  var dictionaryOffset: Int64 = 0
  /// What keeps it from being read.
  var refusal: String?

  init(_ reader: inout CompactReader) throws {
    var isKnown = false
    try reader.structure { reader, field in
      switch field.id {
      case 1:
        let file = try reader.text(field)
        if !file.isEmpty { refusal = "it is kept in another file, '\(file)'" }
      case 3:
        isKnown = true
        try readMetadata(&reader)
      case 8, 9:
        refusal = "it is encrypted; write the file without encryption"
        try reader.skip(field)
      default: try reader.skip(field)
      }
    }
    if !isKnown { refusal = refusal ?? "the footer does not say where it is" }
  }

  private mutating func readMetadata(_ reader: inout CompactReader) throws {
    try reader.structure { reader, field in
      switch field.id {
      case 1: type = try reader.int32(field)
      case 3:
        try reader.list(field) { reader, kind in
          path.append(try reader.text(CompactReader.Field(id: 3, kind: kind)))
        }
      case 4: codec = try reader.int32(field)
      case 5: values = try reader.integer(field)
      case 6: uncompressedSize = try reader.integer(field)
      case 7: compressedSize = try reader.integer(field)
      case 9: dataOffset = try reader.integer(field)
      case 11: dictionaryOffset = try reader.integer(field)
      default: try reader.skip(field)
      }
    }
  }

  /// Where its pages stand in the file, of which the first `end` bytes are data.
  func range(end: Int) throws -> Range<Int> {
    let first = dictionaryOffset > 0 ? min(dictionaryOffset, dataOffset) : dataOffset
    let (last, overflows) = first.addingReportingOverflow(compressedSize)
    guard first >= 4, compressedSize >= 0, !overflows, last <= end else {
      throw ParquetError(
        "the footer says that it takes \(compressedSize) bytes from \(first) on, the data of the file end at \(end)"
      )
    }
    return Int(first)..<Int(last)
  }
}
