import CXXHash
import CZstd
import Files

/// Checksums that are made to fit: a changed input would else be refused by its checksum, and what lies behind it never be
/// reached. What becomes of files whose checksums do not fit is what `damage.py` looks at.
extension FuzzTarget {
  /// `input` with the checksums that a file of its kind carries; as it is where it carries none, or is no such file at all.
  func sealed(_ input: UnsafeRawBufferPointer) -> [UInt8] {
    var bytes = Array(input)
    switch self {
    case .log: Seals.sealLog(&bytes)
    case .bundle: Seals.sealBundle(&bytes)
    case .faiss: bytes = Seals.sealedIndex(bytes[...])
    case .archive: bytes = Seals.packed(bytes)
    default: break
    }
    return bytes
  }
}

private enum Seals {
  /// Records of a log, by their lengths: see `RecordLog`.
  static func sealLog(_ bytes: inout [UInt8]) {
    guard let line = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return }
    var place = line + 1
    while bytes.count - place >= 16 {
      let length =
        Int(bytes[place]) | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2]) << 16
        | Int(bytes[place + 3]) << 24
      let lengthCheck = hash(bytes[place..<place + 4], seed: UInt64(place))
      put(UInt32(truncatingIfNeeded: lengthCheck), at: place + 4, in: &bytes)
      guard length <= bytes.count - place - 16 else { return }
      put(hash(bytes[(place + 16)...].prefix(length)), at: place + 8, in: &bytes)
      place += 16 + length
    }
  }

  /// Arrays and texts of a bundle, by their counts: see `BundleFile`.
  static func sealBundle(_ bytes: inout [UInt8]) {
    guard let end = bytes.prefix(64).firstIndex(of: UInt8(ascii: "\n")),
      let length = bytes[..<end].split(separator: 0x20).last.flatMap(number), length >= 0,
      length <= bytes.count - end - 1
    else { return }
    var place = end + 1 + length
    for line in bytes[(end + 1)..<place].split(separator: UInt8(ascii: "\n")) {
      place += (64 - place % 64) % 64
      let words = line.split(separator: 0x20)
      let widths = ["bytes": 1, "int32": 4, "float32": 4, "int64": words.count == 6 ? 4 : 8, "float64": 8]
      guard words.count >= 5, words[4].count == 32, let count = number(words[3]), count >= 0,
        let width = widths[String(decoding: words[2], as: UTF8.self)], place <= bytes.count,
        count <= (bytes.count - place) / width, let digest = try? GrowingDigest()
      else { return }
      if words.count == 6, let least = number(words[5]) {
        withUnsafeBytes(of: Int64(least)) { digest.add($0) }
      }
      bytes.withUnsafeBytes {
        digest.add(UnsafeRawBufferPointer(rebasing: $0[place..<place + count * width]))
      }
      bytes.replaceSubrange(words[4].indices, with: Array("\(digest.value)".utf8))
      place += count * width
    }
  }

  /// An index of FAISS with the checksum behind it that our own have: see `checked_io.cpp`.
  static func sealedIndex(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let mark = Array("TWRBKXX3".utf8)
    let isSealed = bytes.count >= 16 && bytes.suffix(16).prefix(8).elementsEqual(mark)
    let content = isSealed ? bytes.dropLast(16) : bytes
    return content + mark + withUnsafeBytes(of: hash(content).littleEndian, Array.init)
  }

  /// A tar archive as Zstandard packs it, with sums that fit in the blocks before its files, and an index in it sealed; what is
  /// packed already stays.
  static func packed(_ archive: [UInt8]) -> [UInt8] {
    guard !archive.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) else { return archive }
    var bytes = archive
    var place = 0
    while bytes.count - place >= 512, bytes[place..<place + 512].contains(where: { $0 != 0 }) {
      let sum = (0..<512).reduce(0) { $0 + (148..<156 ~= $1 ? 0x20 : Int(bytes[place + $1])) }
      let digits = String(sum, radix: 8)
      let text = String(repeating: "0", count: 6 - digits.utf8.count) + digits + "\0 "
      bytes.replaceSubrange(place + 148..<place + 156, with: Array(text.utf8))
      let field = bytes[place + 124..<place + 136].prefix { $0 != 0 }
      guard let size = Int(String(decoding: field, as: UTF8.self), radix: 8), size >= 0,
        size <= bytes.count - place - 512
      else { break }
      let content = place + 512..<place + 512 + size
      if bytes[place...].starts(with: "index.faiss".utf8), size >= 16 {
        bytes.replaceSubrange(content, with: sealedIndex(bytes[content]).prefix(size))
      }
      place = content.upperBound + (512 - size % 512) % 512
    }
    var room = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&room, room.count, bytes, bytes.count, 1)
    return ZSTD_isError(count) == 0 ? Array(room[..<count]) : archive
  }

  private static func number(_ text: ArraySlice<UInt8>) -> Int? { Int(String(decoding: text, as: UTF8.self)) }

  private static func hash(_ bytes: ArraySlice<UInt8>, seed: UInt64 = 0) -> UInt64 {
    bytes.withUnsafeBytes { XXH3_64bits_withSeed($0.baseAddress, $0.count, seed) }
  }

  private static func put<Number: FixedWidthInteger>(_ number: Number, at place: Int, in bytes: inout [UInt8])
  {
    withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(place..<place + $0.count, with: $0) }
  }
}
