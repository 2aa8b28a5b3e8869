/// Writes numbers as runs of one and as packed groups of eight, as ``HybridDecoder`` reads them.
enum HybridEncoder {
  /// The bytes of `numbers`, each of `width` bits (0 to 32).
  static func bytes(_ numbers: ArraySlice<UInt32>, width: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    // What is packed begins here.
    var packedStart = numbers.startIndex
    var place = numbers.startIndex
    while place < numbers.endIndex {
      let value = numbers[place]
      var end = place + 1
      while end < numbers.endIndex, numbers[end] == value { end += 1 }
      // Packed groups are of eight: the run fills the last of them.
      let filled = place + (8 - (place - packedStart) % 8) % 8
      if end - filled >= 8 {
        pack(numbers[packedStart..<filled], width, &bytes)
        append(UInt64(end - filled) << 1, &bytes)
        for byte in 0..<(width + 7) / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))) }
        packedStart = end
      }
      place = end
    }
    pack(numbers[packedStart...], width, &bytes)
    return bytes
  }

  private static func pack(_ numbers: ArraySlice<UInt32>, _ width: Int, _ bytes: inout [UInt8]) {
    guard !numbers.isEmpty else { return }
    let groups = (numbers.count + 7) / 8
    append(UInt64(groups) << 1 | 1, &bytes)
    let end = bytes.count + groups * width
    var (word, filled): (UInt64, UInt64) = (0, 0)
    for number in numbers {
      word |= UInt64(number) << filled
      filled += UInt64(width)
      while filled >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
        filled -= 8
      }
    }
    if filled > 0 { bytes.append(UInt8(truncatingIfNeeded: word)) }
    while bytes.count < end { bytes.append(0) }
  }

  private static func append(_ value: UInt64, _ bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
