/// Reads whole numbers that are written as differences (`DELTA_BINARY_PACKED`).
///
/// Source: "Delta Encoding (DELTA_BINARY_PACKED = 5)" in `Encodings.md` of Apache Parquet's format.
struct DeltaDecoder {
  private let bytes: UnsafeRawBufferPointer
  /// Behind what was read.
  private(set) var position: Int

  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// Reads `count` numbers, each added to the one before as numbers of 64 bits that wrap, which those of 32 bits do then too.
  /// - Throws: ``ParquetError`` where the page holds another number of them, or is damaged.
  mutating func decode(count: Int, _ store: (_ place: Int, _ value: Int64) -> Void) throws {
    let (block, miniblocks, total) = (try varint(), try varint(), try varint())
    let first = try zigzag()
    guard block > 0, block <= 1 << 20, miniblocks > 0, miniblocks <= block / 8, block % miniblocks == 0,
      block / miniblocks % 8 == 0
    else { throw ParquetError("differences stand in blocks of \(block), each in \(miniblocks) parts") }
    guard total == UInt64(count) else {
      throw ParquetError("a page has \(total) differences, expected \(count)")
    }
    guard count > 0 else { return }
    var value = first
    store(0, value)
    var place = 1
    while place < count {
      let least = try zigzag()
      let widths = position
      guard Int(miniblocks) <= bytes.count - position else { throw Self.cutOff }
      position += Int(miniblocks)
      for miniblock in 0..<Int(miniblocks) where place < count {
        let width = Int(bytes[widths + miniblock])
        let taken = min(Int(block / miniblocks), count - place)
        try unpack(width, taken) { packed in
          value = value &+ least &+ Int64(bitPattern: packed)
          store(place, value)
          place += 1
        }
        position = min(bytes.count, position + Int(block / miniblocks) * width / 8)
      }
    }
  }

  private func unpack(_ width: Int, _ count: Int, _ take: (UInt64) -> Void) throws {
    guard width <= 64 else { throw ParquetError("differences have \(width) bits") }
    guard position * 8 + count * width <= bytes.count * 8 else { throw Self.cutOff }
    guard width > 0 else {
      for _ in 0..<count { take(0) }
      return
    }
    let mask = width == 64 ? UInt64.max : UInt64(1) << UInt64(width) - 1
    var bit = position * 8
    for _ in 0..<count {
      // Seven bits to be shifted out and 57 of a number are what one load gives.
      if width <= 57, bit >> 3 + 8 <= bytes.count {
        take(bytes.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self) >> UInt64(bit & 7) & mask)
      } else {
        take(PackedBits.slow(bytes, bit, width))
      }
      bit += width
    }
  }

  private static let cutOff = ParquetError("differences in a page are cut off")

  private mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.count else { throw Self.cutOff }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw ParquetError("a page has a number of more than 64 bits")
  }

  private mutating func zigzag() throws -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
