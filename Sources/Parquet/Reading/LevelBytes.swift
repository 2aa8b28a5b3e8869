/// The levels of a page as they are written.
struct LevelBytes {
  private let bytes: UnsafeRawBufferPointer
  private let greatest: Int
  private let isOld: Bool

  private var width: Int { Int.bitWidth - greatest.leadingZeroBitCount }

  /// Levels of a page of the second version, which have all of `bytes`.
  init(_ bytes: UnsafeRawBufferPointer, greatest: Int) {
    self.bytes = bytes
    self.greatest = greatest
    isOld = false
  }

  /// Takes the levels off the beginning of a page of the first version.
  /// - Throws: ``ParquetError`` where they are cut off, or in an encoding that levels do not have.
  init(_ page: inout UnsafeRawBufferPointer, _ encoding: Int32, greatest: Int, count: Int) throws {
    self.greatest = greatest
    isOld = encoding == Encoding.bitPacked.rawValue
    guard isOld || encoding == Encoding.rle.rawValue else {
      throw ParquetError("levels are in the encoding \(encoding)")
    }
    var first = 0
    var size = (count * (Int.bitWidth - greatest.leadingZeroBitCount) + 7) / 8
    if !isOld {
      guard page.count >= 4 else { throw ParquetError("the levels of a page are cut off") }
      size = Int(UInt32(littleEndian: page.loadUnaligned(as: UInt32.self)))
      first = 4
    }
    guard size <= page.count - first else { throw ParquetError("the levels of a page are cut off") }
    bytes = UnsafeRawBufferPointer(rebasing: page[first..<first + size])
    page = UnsafeRawBufferPointer(rebasing: page[(first + size)...])
  }

  /// Whether all levels are the greatest, as far as the first run tells.
  func areAllGreatest(count: Int) throws -> Bool {
    guard !isOld else { return false }
    var decoder = try HybridDecoder(bytes, width: width)
    return try decoder.isRun(of: UInt32(greatest), count: count)
  }

  /// Reads `count` levels.
  /// - Throws: ``ParquetError`` where one is greater than it may be.
  func decode(into target: UnsafeMutablePointer<UInt8>, count: Int) throws {
    if isOld {
      _ = try PackedBits.unpackOld(bytes, width: width, into: target, count: count)
    } else {
      var decoder = try HybridDecoder(bytes, width: width)
      try decoder.decodeBytes(into: target, count: count)
    }
    var found: UInt8 = 0
    for place in 0..<count { found = max(found, target[place]) }
    guard Int(found) <= greatest else {
      throw ParquetError("a level of a page is \(found), the schema allows \(greatest)")
    }
  }
}
