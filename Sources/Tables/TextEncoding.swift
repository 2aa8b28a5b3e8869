import Memory

/// How the letters of a text file are written as bytes.
package enum TextEncoding: String, CaseIterable, Sendable, Hashable {
  /// UTF-8, or UTF-16 where the file begins with its mark; titles that are not UTF-8 are taken for Latin-1.
  case auto
  /// UTF-8, or UTF-16 where the file begins with its mark; anything else is an error.
  case utf8 = "utf-8"
  /// ISO 8859-1: a byte a letter, the first 256 of Unicode.
  case latin1 = "latin-1"
  /// Windows-1252: as Latin-1, with 27 letters and marks in place of control characters.
  case cp1252

  /// The scalars of the bytes 0x80 to 0x9F of Windows-1252; 0 for the five that are none.
  ///
  /// Source: Unicode Consortium, "cp1252 to Unicode table", version 2.01.
  fileprivate static let windows: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
    0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,
    0x017E, 0x0178,
  ]
}

/// What parts fields where a delimiter stands twice in the file.
let unitSeparator: UInt8 = 0x1F

extension FileBytes {
  /// The file with ``unitSeparator`` in place of each delimiter that stands twice, but within quoted fields. Line ends stay,
  /// and so lines' numbers.
  /// - Parameter limit: how much of the file is looked at; nil for all.
  /// - Throws: `DataError` where such a mark stands in it already, or there is no memory for it.
  func joining(_ format: DelimitedFormat, limit: Int?, name: String) throws -> FileBytes {
    let all = bytes.bindMemory(to: UInt8.self).prefix(limit ?? .max)
    let output = UnpackedBytes()
    let room = try output.room(max(all.count, 1), name: name).bindMemory(to: UInt8.self)
    var (place, filled) = (0, 0)
    var (isQuoted, closing) = (false, -1)
    while place < all.count {
      var byte = all[place]
      if byte == unitSeparator {
        let whole = bytes.bindMemory(to: UInt8.self)
        throw DataError(
          "the line has the control character U+001F",
          file: name,
          line: lineNumber(whole, at: place)
        )
      }
      place += 1
      if format.allowsQuotes, byte == quote {
        if isQuoted {
          (isQuoted, closing) = (false, filled)
        } else {
          // Behind a closing quote it is one of two within the field.
          isQuoted =
            closing == filled - 1 || room[filled - 1] == unitSeparator || room[filled - 1] == lineFeed
        }
      }
      if !isQuoted, byte == format.delimiter, place < all.count, all[place] == byte {
        byte = unitSeparator
        place += 1
      }
      room[filled] = byte
      filled += 1
    }
    output.advance(filled)
    return isCut ? replaced(by: output) : Self.adopt(output, limit: limit)
  }

  /// The file as UTF-8 without a byte-order mark; this one where it is that already. Line ends stay, and so lines' numbers.
  ///
  /// - Throws: `DataError` where the file is of UTF-32, is no valid UTF-16, or has a byte that the encoding does not know.
  func text(_ encoding: TextEncoding, name: String, threads: Int) throws -> FileBytes {
    let all = bytes.bindMemory(to: UInt8.self)
    let isLittle = all.starts(with: [0xFF, 0xFE])
    if isLittle, all.count >= 4, all[2] == 0, all[3] == 0 {
      throw DataError("the file is UTF-32; expected UTF-8 or UTF-16", file: name)
    }
    if isLittle || all.starts(with: [0xFE, 0xFF]) {
      return try fromUTF16(FieldBytes(rebasing: all[2...]), isLittle: isLittle, name: name)
    }
    if all.starts(with: [0xEF, 0xBB, 0xBF]) {
      guard encoding == .auto || encoding == .utf8 else {
        throw DataError("the file begins with the mark of UTF-8; it is not \(encoding.rawValue)", file: name)
      }
      guard all.count > 3 else { throw DataError("the file is empty", file: name) }
      return dropping(3)
    }
    switch encoding {
    case .auto, .utf8: return self
    case .latin1: return try fromBytes(all, [], name: name, threads: threads)
    case .cp1252: return try fromBytes(all, TextEncoding.windows, name: name, threads: threads)
    }
  }

  private func fromUTF16(_ units: FieldBytes, isLittle: Bool, name: String) throws -> FileBytes {
    guard units.count % 2 == 0 || isCut else {
      throw DataError("the file is UTF-16 and ends in the middle of a letter", file: name)
    }
    guard units.count >= 2 else { throw DataError("the file is empty", file: name) }
    let output = UnpackedBytes()
    // A unit becomes at most three bytes.
    let count = units.count / 2
    let room = try output.room(count * 3, name: name).bindMemory(to: UInt8.self)
    func unit(_ place: Int) -> UInt32 {
      let (a, b) = (UInt32(units[2 * place]), UInt32(units[2 * place + 1]))
      return isLittle ? a | b << 8 : a << 8 | b
    }
    var (place, filled, line) = (0, 0, 1)
    while place < count {
      var value = unit(place)
      place += 1
      if value & 0xF800 == 0xD800 {
        if place == count, isCut { break }
        let low = place < count ? unit(place) : 0
        guard value < 0xDC00, low & 0xFC00 == 0xDC00 else {
          throw DataError("the file is UTF-16 and has half of a surrogate pair", file: name, line: line)
        }
        value = 0x10000 + (value & 0x3FF) << 10 + low & 0x3FF
        place += 1
      }
      if value == UInt32(lineFeed) { line += 1 }
      filled += Self.write(value, room, at: filled)
    }
    output.advance(filled)
    return replaced(by: output)
  }

  /// Bytes as letters: those below 0x80 and, but for `special`, all others as they are.
  private func fromBytes(_ all: FieldBytes, _ special: [UInt32], name: String, threads: Int) throws
    -> FileBytes
  {
    var scalars = (0..<256).map { UInt32($0) }
    for (place, scalar) in special.enumerated() { scalars[0x80 + place] = scalar }
    let widths = scalars.map { $0 < 0x80 ? 1 : $0 < 0x800 ? 2 : 3 }
    let pieces = (all.count + 0xF_FFFF) >> 20
    var counts = [Int](repeating: 0, count: pieces)
    var unknown = [Int?](repeating: nil, count: pieces)
    func range(_ piece: Int) -> Range<Int> { piece << 20..<min((piece + 1) << 20, all.count) }
    counts.withUnsafeMutableBufferPointer { counts in
      unknown.withUnsafeMutableBufferPointer { unknown in
        Threads(threads).forEach(pieces) { piece in
          var count = 0
          for place in range(piece) {
            let byte = Int(all[place])
            count &+= widths[byte]
            if scalars[byte] == 0, byte != 0, unknown[piece] == nil { unknown[piece] = place }
          }
          counts[piece] = count
        }
      }
    }
    if let place = unknown.lazy.compactMap({ $0 }).first {
      let shown = String(all[place], radix: 16, uppercase: true)
      throw DataError("Windows-1252 has no letter 0x\(shown)", file: name, line: lineNumber(all, at: place))
    }
    let total = counts.reduce(0, +)
    guard total > all.count else { return self }
    let output = UnpackedBytes()
    let room = try output.room(total, name: name).bindMemory(to: UInt8.self)
    var starts = [0]
    for count in counts { starts.append((starts.last ?? 0) + count) }
    var isWhole = [Bool](repeating: false, count: pieces)
    isWhole.withUnsafeMutableBufferPointer { isWhole in
      Threads(threads).forEach(pieces) { piece in
        var filled = starts[piece]
        for place in range(piece) {
          // It may be another byte than the one that was counted.
          let byte = Int(all[place])
          guard filled + widths[byte] <= starts[piece + 1] else { return }
          filled += Self.write(scalars[byte], room, at: filled)
        }
        isWhole[piece] = filled == starts[piece + 1]
      }
    }
    guard isWhole.allSatisfy({ $0 }) else {
      throw DataError("the file was written to while it was read", file: name)
    }
    output.advance(total)
    return replaced(by: output)
  }

  /// Writes a scalar as UTF-8; gives the number of its bytes.
  @inline(__always)
  private static func write(_ scalar: UInt32, _ room: UnsafeMutableBufferPointer<UInt8>, at place: Int) -> Int
  {
    func low(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | scalar >> shift & 0x3F) }
    switch scalar {
    case ..<0x80:
      room[place] = UInt8(truncatingIfNeeded: scalar)
      return 1
    case ..<0x800:
      room[place] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
      room[place + 1] = low(0)
      return 2
    case ..<0x10000:
      room[place] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
      room[place + 1] = low(6)
      room[place + 2] = low(0)
      return 3
    default:
      room[place] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
      room[place + 1] = low(12)
      room[place + 2] = low(6)
      room[place + 3] = low(0)
      return 4
    }
  }
}
