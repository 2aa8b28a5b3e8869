/// Writes structures in Thrift's compact protocol; fields are written in the order of their numbers.
///
/// Source: as ``CompactReader``.
struct CompactWriter {
  private(set) var bytes: [UInt8] = []
  private var last: [Int] = [0]

  private mutating func head(_ id: Int, _ kind: CompactReader.Kind) {
    let step = id - (last.last ?? 0)
    if (1...15).contains(step) {
      bytes.append(UInt8(step) << 4 | kind.rawValue)
    } else {
      bytes.append(kind.rawValue)
      zigzag(Int64(id))
    }
    last[last.count - 1] = id
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func zigzag(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

  mutating func int8(_ id: Int, _ value: Int8) {
    head(id, .byte)
    bytes.append(UInt8(bitPattern: value))
  }

  mutating func int32(_ id: Int, _ value: Int32) {
    head(id, .int32)
    zigzag(Int64(value))
  }

  mutating func int64(_ id: Int, _ value: Int64) {
    head(id, .int64)
    zigzag(value)
  }

  mutating func bool(_ id: Int, _ value: Bool) { head(id, value ? .isTrue : .isFalse) }

  mutating func binary(_ id: Int, _ value: [UInt8]) {
    head(id, .binary)
    element(value)
  }

  mutating func text(_ id: Int, _ value: String) { binary(id, Array(value.utf8)) }

  mutating func structure(_ id: Int, _ body: (inout CompactWriter) -> Void = { _ in }) {
    head(id, .structure)
    element(body)
  }

  /// A list of `count` elements, which `body` writes with the functions called `element`.
  mutating func list(
    _ id: Int,
    of kind: CompactReader.Kind,
    count: Int,
    _ body: (inout CompactWriter) -> Void
  ) {
    head(id, .list)
    bytes.append(UInt8(min(count, 15)) << 4 | kind.rawValue)
    if count >= 15 { varint(UInt64(count)) }
    body(&self)
  }

  mutating func element(_ value: Int32) { zigzag(Int64(value)) }

  mutating func element(_ value: [UInt8]) {
    varint(UInt64(value.count))
    bytes += value
  }

  mutating func element(_ body: (inout CompactWriter) -> Void) {
    last.append(0)
    body(&self)
    last.removeLast()
    bytes.append(0)
  }

  /// An element that was written beforehand.
  mutating func append(_ element: [UInt8]) { bytes += element }

  /// The bytes of one structure.
  static func bytes(_ body: (inout CompactWriter) -> Void) -> [UInt8] {
    var writer = CompactWriter()
    writer.element(body)
    return writer.bytes
  }
}
