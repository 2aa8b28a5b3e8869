/// Texts and other bytes of a chunk: a dictionary, and for each slot its place in it.
///
/// Values of pages without a dictionary are entries of their own, so that entries may be alike.
package final class ByteEntries {
  /// The bytes of each entry; they are there as long as this object.
  package fileprivate(set) var entries: [UnsafeRawBufferPointer] = []
  /// What the entries point into.
  private var owners: [AnyObject] = []
  /// How many bytes may be copied.
  fileprivate var copyingLeft: Int

  init(copyingLimit: Int, owner: AnyObject) {
    copyingLeft = copyingLimit
    owners = [owner]
  }

  /// Keeps what entries point into.
  func keep(_ owner: AnyObject) { owners.append(owner) }
}

/// Texts and other bytes: `slots` are places among the entries, -1 for a null.
struct ByteValues: PageValues {
  let slots: UnsafeMutablePointer<Int32>
  let bytes: ByteEntries
  /// The bytes of every value; 0 where they vary.
  let length: Int
  /// Entries of dictionary pages come first.
  private var dictionarySize = 0

  init(_ slots: UnsafeMutableRawPointer, _ bytes: ByteEntries, length: Int) {
    self.slots = slots.assumingMemoryBound(to: Int32.self)
    self.bytes = bytes
    self.length = length
  }

  mutating func takeDictionary(_ page: UnsafeRawBufferPointer, count: Int) throws {
    try appendPlain(page, count: count)
    dictionarySize = count
  }

  mutating func decode(_ page: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, at slot: Int) throws
  {
    guard count > 0 else { return }
    let target = slots + slot
    if encoding.isDictionary {
      return try forEachBatch(ofPlaces: page, dictionarySize: dictionarySize, count: count) { first, places in
        for place in 0..<places.count { target[first &+ place] = Int32(truncatingIfNeeded: places[place]) }
      }
    }
    let first = bytes.entries.count
    guard first + count <= Int32.max else { throw ParquetError("it has more than \(Int32.max) texts") }
    switch encoding {
    case .plain: try appendPlain(page, count: count)
    case .byteStreamSplit where length > 0: try appendSplit(page, count: count)
    case .deltaLengthByteArray where length == 0: try appendLengths(page, at: 0, count: count)
    case .deltaByteArray: try appendPrefixed(page, count: count)
    default: throw unread(encoding, of: "texts")
    }
    for place in 0..<count { target[place] = Int32(truncatingIfNeeded: first + place) }
  }

  func spread(_ present: UnsafeMutableBufferPointer<UInt8>, count: Int, at slot: Int) {
    var from = count
    for to in (0..<present.count).reversed() {
      if present[to] != 0 { from -= 1 }
      slots[slot + to] = present[to] != 0 ? slots[slot + from] : -1
    }
  }

  private func appendPlain(_ page: UnsafeRawBufferPointer, count: Int) throws {
    guard count <= page.count / (length > 0 ? length : 4) else {
      throw ParquetError("a page of \(page.count) bytes says that it holds \(count) texts")
    }
    bytes.entries.reserveCapacity(bytes.entries.count + count)
    var position = 0
    for _ in 0..<count {
      var size = length
      if length == 0 {
        guard page.count - position >= 4 else { throw Self.cutOff }
        size = Int(UInt32(littleEndian: page.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        position += 4
      }
      guard size <= page.count - position else { throw Self.cutOff }
      bytes.entries.append(UnsafeRawBufferPointer(rebasing: page[position..<position + size]))
      position += size
    }
  }

  private static let cutOff = ParquetError("a text in a page is cut off")

  /// Lengths as differences, then all bytes; `position` is where the lengths begin.
  private func appendLengths(_ page: UnsafeRawBufferPointer, at position: Int, count: Int) throws {
    var (lengths, next) = try Self.lengths(page, at: position, count: count)
    bytes.entries.reserveCapacity(bytes.entries.count + count)
    for place in lengths.indices {
      let size = Int(lengths[place])
      guard size <= page.count - next else { throw Self.cutOff }
      bytes.entries.append(UnsafeRawBufferPointer(rebasing: page[next..<next + size]))
      next += size
    }
    lengths = []
  }

  private static func lengths(
    _ page: UnsafeRawBufferPointer,
    at position: Int,
    count: Int
  ) throws -> (lengths: [Int32], end: Int) {
    var decoder = DeltaDecoder(page, at: position)
    var isValid = true
    var lengths = [Int32](repeating: 0, count: count)
    try lengths.withUnsafeMutableBufferPointer { lengths in
      try decoder.decode(count: count) { place, value in
        isValid = isValid && (0...Int64(Int32.max)).contains(value)
        lengths[place] = Int32(truncatingIfNeeded: value)
      }
    }
    guard isValid else { throw ParquetError("a text in a page has a length below 0 or beyond 2 GiB") }
    return (lengths, decoder.position)
  }

  /// Each value's first bytes are those of the one before it (`DELTA_BYTE_ARRAY`).
  private func appendPrefixed(_ page: UnsafeRawBufferPointer, count: Int) throws {
    let (prefixes, suffixLengths) = try Self.lengths(page, at: 0, count: count)
    let (suffixes, start) = try Self.lengths(page, at: suffixLengths, count: count)
    var total = 0
    var previous = UnsafeRawBufferPointer(start: nil, count: 0)
    var length = 0
    for place in 0..<count {
      let (prefix, suffix) = (Int(prefixes[place]), Int(suffixes[place]))
      guard prefix <= length else {
        throw ParquetError("a text takes \(prefix) bytes of the one before it, which has \(length)")
      }
      let isSame = suffix == 0 && prefix == length && place > 0
      length = prefix + suffix
      guard self.length == 0 || length == self.length else {
        throw ParquetError("a value has \(length) bytes, expected \(self.length)")
      }
      if !isSame { total += length }
      guard total <= bytes.copyingLeft else { throw ParquetError("texts of a page unpack to an absurd size") }
    }
    bytes.copyingLeft -= total
    let memory = PageMemory()
    bytes.keep(memory)
    let room = try memory.room(total)
    var (from, to) = (start, 0)
    for place in 0..<count {
      let (prefix, suffix) = (Int(prefixes[place]), Int(suffixes[place]))
      guard suffix <= page.count - from else { throw Self.cutOff }
      if place == 0 || suffix > 0 || prefix < previous.count {
        let next = UnsafeMutableRawBufferPointer(rebasing: room[to..<to + prefix + suffix])
        next.copyMemory(from: UnsafeRawBufferPointer(rebasing: previous[..<prefix]))
        UnsafeMutableRawBufferPointer(rebasing: next[prefix...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: page[from..<from + suffix]))
        previous = UnsafeRawBufferPointer(next)
        to += prefix + suffix
        from += suffix
      }
      bytes.entries.append(previous)
    }
  }

  private func appendSplit(_ page: UnsafeRawBufferPointer, count: Int) throws {
    guard count <= page.count / length else { throw Self.cutOff }
    let memory = PageMemory()
    bytes.keep(memory)
    let room = try memory.room(count * length)
    for stream in 0..<length {
      for place in 0..<count { room[place * length + stream] = page[stream * count + place] }
    }
    for place in 0..<count {
      bytes.entries.append(UnsafeRawBufferPointer(rebasing: room[place * length..<(place + 1) * length]))
    }
  }
}
