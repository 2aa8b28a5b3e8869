/// Reads structures in Thrift's compact protocol, every length checked against the bytes that are there.
///
/// Source: the specification of the protocol, `doc/specs/thrift-compact-protocol.md` of Apache Thrift.
struct CompactReader {
  /// What a field or an element is.
  enum Kind: UInt8 {
    case stop, isTrue, isFalse, byte, int16, int32, int64, double, binary, list, set, map, structure, uuid
  }

  /// The head of a field.
  struct Field {
    var id: Int
    var kind: Kind
  }

  /// No structure of Parquet's is nested as deep.
  private static let greatestDepth = 32

  private let bytes: UnsafeRawBufferPointer
  /// Behind what was read.
  private(set) var position = 0
  private var depth = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private static let cutOff = ParquetError("a structure of the file is cut off")

  private var left: Int { bytes.count - position }

  private mutating func nextByte() throws -> UInt8 {
    guard position < bytes.count else { throw Self.cutOff }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try nextByte()
      if shift == 63, byte > 1 { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw ParquetError("a structure of the file has a number of more than 64 bits")
  }

  private mutating func zigzag() throws -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A length or a count of things that take a byte each at least.
  private mutating func length() throws -> Int {
    let value = try varint()
    guard value <= UInt64(left) else {
      throw ParquetError("a structure of the file says that it goes on for \(value) bytes, there are \(left)")
    }
    return Int(value)
  }

  /// Goes through the fields of a structure; `visit` reads each of them, or skips it.
  mutating func structure(_ visit: (inout CompactReader, Field) throws -> Void) throws {
    try nested { reader in
      var last = 0
      while true {
        let head = try reader.nextByte()
        guard head != 0 else { return }
        guard let kind = Kind(rawValue: head & 15), kind != .stop else {
          throw ParquetError("a structure of the file has a field of the unknown kind \(head & 15)")
        }
        let step = Int(head >> 4)
        let id = step == 0 ? try reader.zigzag() : Int64(last + step)
        guard (-32_768...32_767).contains(id) else {
          throw ParquetError("a structure of the file has a field \(id)")
        }
        last = Int(id)
        try visit(&reader, Field(id: last, kind: kind))
      }
    }
  }

  /// Goes through the elements of a list; `visit` reads each of them.
  mutating func list(_ field: Field, _ visit: (inout CompactReader, Kind) throws -> Void) throws {
    guard field.kind == .list || field.kind == .set else { throw Self.unexpected(field, "a list") }
    try nested { reader in
      let (kind, count) = try reader.listHead()
      for _ in 0..<count { try visit(&reader, kind) }
    }
  }

  private mutating func listHead() throws -> (Kind, Int) {
    let head = try nextByte()
    guard let kind = Kind(rawValue: head & 15), kind != .stop else {
      throw ParquetError("a list of the file has elements of the unknown kind \(head & 15)")
    }
    let short = Int(head >> 4)
    if short == 15 { return (kind, try length()) }
    guard short <= left else { throw Self.cutOff }
    return (kind, short)
  }

  private mutating func nested(_ body: (inout CompactReader) throws -> Void) throws {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.greatestDepth else {
      throw ParquetError("structures of the file are nested more than \(Self.greatestDepth) deep")
    }
    try body(&self)
  }

  /// A whole number of any width.
  mutating func integer(_ field: Field) throws -> Int64 {
    switch field.kind {
    case .byte: Int64(Int8(bitPattern: try nextByte()))
    case .int16, .int32, .int64: try zigzag()
    default: throw Self.unexpected(field, "a whole number")
    }
  }

  /// A whole number of 32 bits.
  mutating func int32(_ field: Field) throws -> Int32 {
    let value = try integer(field)
    guard let narrow = Int32(exactly: value) else {
      throw ParquetError("a field of the file has \(value), which takes more than 32 bits")
    }
    return narrow
  }

  /// Yes or no.
  func bool(_ field: Field) throws -> Bool {
    guard field.kind == .isTrue || field.kind == .isFalse else { throw Self.unexpected(field, "yes or no") }
    return field.kind == .isTrue
  }

  /// Text; what is no UTF-8 is an error.
  mutating func text(_ field: Field) throws -> String {
    guard field.kind == .binary else { throw Self.unexpected(field, "text") }
    let count = try length()
    guard
      let text = String(validating: bytes[position..<position + count], as: UTF8.self)
    else { throw ParquetError("a name in the file is not UTF-8") }
    position += count
    return text
  }

  /// Passes over what a field holds.
  mutating func skip(_ field: Field) throws { try skip(field.kind, inList: false) }

  private mutating func skip(_ kind: Kind, inList: Bool) throws {
    switch kind {
    case .stop: break
    case .isTrue, .isFalse: if inList { _ = try nextByte() }
    case .byte: _ = try nextByte()
    case .int16, .int32, .int64: _ = try varint()
    case .double: try pass(8)
    case .uuid: try pass(16)
    case .binary: position += try length()
    case .structure: try structure { try $0.skip($1) }
    case .list, .set: try list(Field(id: 0, kind: kind)) { try $0.skip($1, inList: true) }
    case .map: try nested { try $0.skipMap() }
    }
  }

  private mutating func skipMap() throws {
    let count = try length()
    guard count > 0 else { return }
    let kinds = try nextByte()
    guard let key = Kind(rawValue: kinds >> 4), let value = Kind(rawValue: kinds & 15), key != .stop else {
      throw ParquetError("a map of the file has elements of an unknown kind")
    }
    for _ in 0..<count {
      try skip(key, inList: true)
      try skip(value, inList: true)
    }
  }

  private mutating func pass(_ count: Int) throws {
    guard count <= left else { throw Self.cutOff }
    position += count
  }

  private static func unexpected(_ field: Field, _ expected: String) -> ParquetError {
    ParquetError("a structure of the file has \(field.kind) in field \(field.id), expected \(expected)")
  }
}
