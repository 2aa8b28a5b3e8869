/// The head of a page.
struct PageHeader {
  enum Kind: Int32 {
    case data, index, dictionary, dataV2
  }

  var kind: Kind?
  var uncompressedSize: Int32 = -1
  var compressedSize: Int32 = -1
  var checksum: Int32?
  var values: Int32 = 0
  var encoding: Int32 = -1
  var definitionEncoding: Int32 = Encoding.rle.rawValue
  var repetitionEncoding: Int32 = Encoding.rle.rawValue
  /// The bytes of the levels, in pages of the second version.
  var definitionBytes: Int32 = 0
  var repetitionBytes: Int32 = 0
  var isCompressed = true
  /// The bytes of the head itself.
  private(set) var count = 0

  init(_ bytes: UnsafeRawBufferPointer) throws {
    var reader = CompactReader(bytes)
    var raw: Int32?
    try reader.structure { reader, field in
      switch field.id {
      case 1: raw = try reader.int32(field)
      case 2: uncompressedSize = try reader.int32(field)
      case 3: compressedSize = try reader.int32(field)
      case 4: checksum = try reader.int32(field)
      case 5: try readData(&reader)
      case 7: try readDictionary(&reader)
      case 8: try readDataV2(&reader)
      default: try reader.skip(field)
      }
    }
    guard let raw else { throw ParquetError("a page has no type") }
    kind = Kind(rawValue: raw)
    count = reader.position
    guard compressedSize >= 0, uncompressedSize >= 0 else {
      throw ParquetError("a page does not say its size")
    }
    guard values >= 0 else { throw ParquetError("a page says that it has \(values) values") }
  }

  private mutating func readData(_ reader: inout CompactReader) throws {
    try reader.structure { reader, field in
      switch field.id {
      case 1: values = try reader.int32(field)
      case 2: encoding = try reader.int32(field)
      case 3: definitionEncoding = try reader.int32(field)
      case 4: repetitionEncoding = try reader.int32(field)
      default: try reader.skip(field)
      }
    }
  }

  private mutating func readDictionary(_ reader: inout CompactReader) throws {
    try reader.structure { reader, field in
      switch field.id {
      case 1: values = try reader.int32(field)
      case 2: encoding = try reader.int32(field)
      default: try reader.skip(field)
      }
    }
  }

  private mutating func readDataV2(_ reader: inout CompactReader) throws {
    try reader.structure { reader, field in
      switch field.id {
      case 1: values = try reader.int32(field)
      case 4: encoding = try reader.int32(field)
      case 5: definitionBytes = try reader.int32(field)
      case 6: repetitionBytes = try reader.int32(field)
      case 7: isCompressed = try reader.bool(field)
      default: try reader.skip(field)
      }
    }
  }
}
