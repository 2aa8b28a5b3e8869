/// A node of the schema as the footer lists it: a group is followed by its children.
struct SchemaElement: Sendable {
  var name = ""
  var type: PhysicalType?
  var length = 0
  var repetition = Repetition.required
  var children = 0
  var converted: Int32?
  var logical: LogicalType?
  var scale = 0
  var isList = false
  var isMap = false

  init(_ reader: inout CompactReader) throws {
    var named: String?
    try reader.structure { reader, field in
      switch field.id {
      case 1: type = try Self.known(try reader.int32(field), "type")
      case 2: length = Int(try reader.int32(field))
      case 3: repetition = try Self.known(try reader.int32(field), "repetition")
      case 4: named = try reader.text(field)
      case 5: children = Int(try reader.int32(field))
      case 6: converted = try reader.int32(field)
      case 7: scale = Int(try reader.int32(field))
      case 10: try readLogicalType(&reader, field)
      default: try reader.skip(field)
      }
    }
    guard let named else { throw ParquetError("a column of the schema has no name") }
    name = named
    guard children >= 0, type == nil || children == 0 else {
      throw ParquetError("'\(name)' in the schema has \(children) children")
    }
    guard type != .fixedLengthByteArray || (1...(1 << 20)).contains(length) else {
      throw ParquetError("'\(name)' in the schema has values of \(length) bytes")
    }
    isList = isList || (logical == nil && converted == 3)
    isMap = isMap || (logical == nil && (converted == 1 || converted == 2))
  }

  private static func known<Value: RawRepresentable<Int32>>(_ raw: Int32, _ what: String) throws -> Value {
    guard let value = Value(rawValue: raw) else {
      throw ParquetError("the schema has a column of the unknown \(what) \(raw)")
    }
    return value
  }

  /// The union `LogicalType`.
  private mutating func readLogicalType(_ reader: inout CompactReader, _ union: CompactReader.Field) throws {
    guard union.kind == .structure else { return try reader.skip(union) }
    try reader.structure { reader, field in
      guard field.kind == .structure else { return try reader.skip(field) }
      let parts = try LogicalParts(&reader)
      switch field.id {
      case 1, 4, 12, 13: logical = .text
      case 2: isMap = true
      case 3: isList = true
      case 5: logical = .decimal(scale: parts.first)
      case 6: logical = .date
      case 7: logical = parts.unit.map { .time($0) }
      case 8: logical = parts.unit.map { .timestamp($0) }
      case 10: logical = .integer(bits: parts.first, isSigned: parts.isSigned)
      case 14: logical = .uuid
      case 15: logical = .float16
      case 16: logical = .other("variant")
      case 17, 18: logical = .other("geometry")
      default: break
      }
    }
  }

  /// What the values mean: the logical type, or the older converted one where there is none.
  var meaning: LogicalType { logical ?? Self.meaning(ofConverted: converted, scale: scale) }

  private static func meaning(ofConverted converted: Int32?, scale: Int) -> LogicalType {
    switch converted {
    case 0, 4, 19, 20: .text
    case 5: .decimal(scale: scale)
    case 6: .date
    case 7: .time(.milliseconds)
    case 8: .time(.microseconds)
    case 9: .timestamp(.milliseconds)
    case 10: .timestamp(.microseconds)
    case let code? where (11...18).contains(code):
      .integer(bits: 8 << (Int(code - 11) % 4), isSigned: code >= 15)
    case 21: .other("interval")
    default: .plain
    }
  }

  /// Whether values of the physical type can mean that.
  func fits(_ meaning: LogicalType) -> Bool {
    switch meaning {
    case .plain, .other: true
    case .text: type == .byteArray || type == .fixedLengthByteArray
    case .uuid: type == .fixedLengthByteArray && length == 16
    case .float16: type == .fixedLengthByteArray && length == 2
    case .integer(let bits, _):
      type == .int64 ? bits == 64 : type == .int32 && [8, 16, 32].contains(bits)
    case .date, .time(.milliseconds): type == .int32
    case .timestamp, .time: type == .int64
    case .decimal(let scale):
      (0...1000).contains(scale)
        && [.int32, .int64, .byteArray, .fixedLengthByteArray].contains(type)
    }
  }
}

/// The fields of one member of the union `LogicalType`: of decimals, times and whole numbers.
private struct LogicalParts {
  /// Decimals: the scale; whole numbers: the bits.
  var first = 0
  /// Whole numbers: whether they have a sign.
  var isSigned = false
  var unit: ParquetTimeUnit?

  init(_ reader: inout CompactReader) throws {
    try reader.structure { reader, field in
      switch (field.id, field.kind) {
      case (1, .byte), (1, .int16), (1, .int32): first = Int(try reader.int32(field))
      case (2, .isTrue), (2, .isFalse): isSigned = try reader.bool(field)
      case (2, .structure):
        try reader.structure { reader, member in
          unit = [1: .milliseconds, 2: .microseconds, 3: .nanoseconds][member.id]
          try reader.skip(member)
        }
      default: try reader.skip(field)
      }
    }
  }
}
