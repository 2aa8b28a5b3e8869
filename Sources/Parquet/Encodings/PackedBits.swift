/// Numbers of the same width packed one behind the other, the lowest bit first.
enum PackedBits {
  /// Reads `count` numbers of `width` bits (0 to 32), the first at bit `first` of `bytes`.
  /// - Throws: ``ParquetError`` where they go beyond the bytes.
  static func unpack(
    _ bytes: UnsafeRawBufferPointer,
    first: Int,
    width: Int,
    into target: UnsafeMutablePointer<UInt32>,
    count: Int
  ) throws {
    guard width > 0 else { return target.update(repeating: 0, count: count) }
    guard first + count * width <= bytes.count * 8 else { throw ParquetError("packed numbers are cut off") }
    let mask = UInt64(1) << UInt64(width) - 1
    // So many can be read eight bytes at a time.
    let fast = bytes.count < 8 ? 0 : min(count, max(0, ((bytes.count - 8) * 8 - first) / width + 1))
    var bit = first
    if let start = bytes.baseAddress {
      for place in 0..<fast {
        let word = (start + bit >> 3).loadUnaligned(as: UInt64.self)
        target[place] = UInt32(truncatingIfNeeded: word >> UInt64(bit & 7) & mask)
        bit &+= width
      }
    }
    for place in fast..<max(count, fast) {
      target[place] = UInt32(truncatingIfNeeded: slow(bytes, bit, width))
      bit += width
    }
  }

  /// The number of `width` bits, at most 64, at `bit`; all its bits are within `bytes`.
  static func slow(_ bytes: UnsafeRawBufferPointer, _ bit: Int, _ width: Int) -> UInt64 {
    var value: UInt64 = 0
    var taken = 0
    while taken < width {
      let (place, skip) = ((bit + taken) >> 3, (bit + taken) & 7)
      value |= (UInt64(bytes[place]) >> UInt64(skip)) << UInt64(taken)
      taken += 8 - skip
    }
    return width == 64 ? value : value & (1 << UInt64(width) - 1)
  }

  /// Reads levels as old files pack them (`BIT_PACKED`): the highest bit first. Returns how many bytes they take.
  static func unpackOld(
    _ bytes: UnsafeRawBufferPointer,
    width: Int,
    into target: UnsafeMutablePointer<UInt8>,
    count: Int
  ) throws -> Int {
    let size = (count * width + 7) / 8
    guard size <= bytes.count else { throw ParquetError("packed levels are cut off") }
    for place in 0..<count {
      var value: UInt8 = 0
      for bit in place * width..<(place + 1) * width {
        value = value << 1 | (bytes[bit >> 3] >> UInt8(7 - bit & 7) & 1)
      }
      target[place] = value
    }
    return size
  }
}
