/// Reads numbers that are written as runs of one and as packed groups of eight: places in dictionaries, levels, booleans.
///
/// Source: "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)" in `Encodings.md` of Apache Parquet's format.
struct HybridDecoder {
  private let bytes: UnsafeRawBufferPointer
  private let width: Int
  private var position = 0
  /// How many of ``value`` come.
  private var repeated = 0
  private var value: UInt32 = 0
  /// How many packed numbers come, the first at ``bit``.
  private var packed = 0
  private var bit = 0

  /// - Throws: ``ParquetError`` where `width`, the bits of a number, is beyond 32.
  init(_ bytes: UnsafeRawBufferPointer, width: Int) throws {
    guard (0...32).contains(width) else { throw ParquetError("numbers in a page have \(width) bits") }
    self.bytes = bytes
    self.width = width
  }

  /// Whether the next `count` numbers are one run of `expected`.
  mutating func isRun(of expected: UInt32, count: Int) throws -> Bool {
    if repeated == 0, packed == 0 { try nextRun() }
    return repeated >= count && value == expected
  }

  /// Reads the next `count` numbers.
  /// - Throws: ``ParquetError`` where there are not as many.
  mutating func decode(into target: UnsafeMutablePointer<UInt32>, count: Int) throws {
    var done = 0
    while done < count {
      if repeated > 0 {
        let taken = min(repeated, count - done)
        (target + done).update(repeating: value, count: taken)
        repeated -= taken
        done += taken
      } else if packed > 0 {
        let taken = min(packed, count - done)
        try PackedBits.unpack(bytes, first: bit, width: width, into: target + done, count: taken)
        packed -= taken
        bit += taken * width
        done += taken
      } else {
        try nextRun()
      }
    }
  }

  private mutating func nextRun() throws {
    let header = try varint()
    if header & 1 == 0 {
      repeated = header >> 1
      let size = (width + 7) / 8
      guard size <= bytes.count - position else { throw ParquetError("a run of numbers is cut off") }
      value = 0
      for place in 0..<size { value |= UInt32(bytes[position + place]) << UInt32(8 * place) }
      position += size
      guard width == 32 || UInt64(value) < UInt64(1) << UInt64(width) else {
        throw ParquetError("a run of numbers of \(width) bits is of \(value)")
      }
    } else {
      packed = (header >> 1) * 8
      bit = position * 8
      // The last group may be cut where its numbers end.
      position = min(bytes.count, position + (header >> 1) * width)
    }
  }

  private mutating func varint() throws -> Int {
    var value = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard position < bytes.count else { throw ParquetError("numbers in a page are cut off") }
      let byte = Int(bytes[position])
      position += 1
      value |= (byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw ParquetError("a run of numbers says of a length beyond 32 bits")
  }
}
