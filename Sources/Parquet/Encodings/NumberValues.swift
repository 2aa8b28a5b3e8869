/// A number of 96 bits, an old form of times: nanoseconds of a day in the first two words, then the Julian day.
package struct Int96: BitwiseCopyable, Equatable, Sendable {
  private var low: UInt32 = 0
  private var high: UInt32 = 0
  private var third: UInt32 = 0

  /// Nanoseconds since midnight.
  package var nanoseconds: Int64 { Int64(bitPattern: UInt64(high) << 32 | UInt64(low)) }
  /// Days since 1970.
  package var day: Int64 { Int64(third) - 2_440_588 }
}

/// Numbers of one width, which the file holds as memory does.
struct NumberValues<Number: BitwiseCopyable>: PageValues {
  let slots: UnsafeMutablePointer<Number>
  let zero: Number
  /// Stores a number of 64 bits in a slot; nil where differences are not written of this type.
  let narrow: ((Int64) -> Number)?
  private var dictionary: [Number] = []
  private let width = MemoryLayout<Number>.stride

  init(_ slots: UnsafeMutableRawPointer, zero: Number, narrow: ((Int64) -> Number)? = nil) {
    self.slots = slots.assumingMemoryBound(to: Number.self)
    self.zero = zero
    self.narrow = narrow
  }

  mutating func takeDictionary(_ page: UnsafeRawBufferPointer, count: Int) throws {
    guard count <= page.count / width else {
      throw ParquetError("a dictionary of \(count) values has \(page.count) bytes")
    }
    dictionary = [Number](unsafeUninitializedCapacity: count) { memory, filled in
      UnsafeMutableRawBufferPointer(memory).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: page[..<(count * width)])
      )
      filled = count
    }
  }

  mutating func decode(_ page: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, at slot: Int) throws
  {
    guard count > 0 else { return }
    let target = slots + slot
    switch encoding {
    case .plain:
      guard count <= page.count / width, let start = page.baseAddress else { throw Self.short(page, count) }
      UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: count * width)
    case .plainDictionary, .rleDictionary:
      try dictionary.withUnsafeBufferPointer { dictionary in
        guard let values = dictionary.baseAddress else {
          throw ParquetError("the dictionary of a page is missing")
        }
        try forEachBatch(ofPlaces: page, dictionarySize: dictionary.count, count: count) { first, places in
          for place in 0..<places.count { target[first &+ place] = values[Int(places[place])] }
        }
      }
    case .byteStreamSplit where width != 12:
      guard count <= page.count / width else { throw Self.short(page, count) }
      let bytes = UnsafeMutableRawPointer(target).assumingMemoryBound(to: UInt8.self)
      for stream in 0..<width {
        for place in 0..<count { bytes[place * width + stream] = page[stream * count + place] }
      }
    case .deltaBinaryPacked:
      guard let narrow else { throw unread(encoding, of: "\(Number.self) values") }
      var decoder = DeltaDecoder(page)
      try decoder.decode(count: count) { target[$0] = narrow($1) }
    default: throw unread(encoding, of: "\(Number.self) values")
    }
  }

  private static func short(_ page: UnsafeRawBufferPointer, _ count: Int) -> ParquetError {
    ParquetError("a page of \(page.count) bytes holds fewer than the \(count) values that its head says")
  }

  func spread(_ present: UnsafeMutableBufferPointer<UInt8>, count: Int, at slot: Int) {
    var from = count
    for to in (0..<present.count).reversed() {
      if present[to] != 0 { from -= 1 }
      slots[slot + to] = present[to] != 0 ? slots[slot + from] : zero
    }
  }
}

/// Yes and no, a byte each.
struct BooleanValues: PageValues {
  private let slots: UnsafeMutablePointer<UInt8>

  init(_ slots: UnsafeMutableRawPointer) { self.slots = slots.assumingMemoryBound(to: UInt8.self) }

  func takeDictionary(_ page: UnsafeRawBufferPointer, count: Int) throws {
    throw ParquetError("booleans have a dictionary")
  }

  func decode(_ page: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, at slot: Int) throws {
    guard count > 0 else { return }
    switch encoding {
    case .plain:
      guard (count + 7) / 8 <= page.count else { throw ParquetError("a page of booleans is cut off") }
      for place in 0..<count { slots[slot + place] = page[place >> 3] >> UInt8(place & 7) & 1 }
    case .rle:
      guard page.count >= 4 else { throw ParquetError("a page of booleans is cut off") }
      let size = Int(UInt32(littleEndian: page.loadUnaligned(as: UInt32.self)))
      guard size <= page.count - 4 else { throw ParquetError("a page of booleans is cut off") }
      var decoder = try HybridDecoder(UnsafeRawBufferPointer(rebasing: page[4..<4 + size]), width: 1)
      try decoder.decodeBytes(into: slots + slot, count: count)
    default: throw unread(encoding, of: "booleans")
    }
  }

  func spread(_ present: UnsafeMutableBufferPointer<UInt8>, count: Int, at slot: Int) {
    var from = count
    for to in (0..<present.count).reversed() {
      if present[to] != 0 { from -= 1 }
      slots[slot + to] = present[to] != 0 ? slots[slot + from] : 0
    }
  }
}

extension HybridDecoder {
  /// Reads the next `count` numbers, of at most 8 bits each, into a byte each.
  mutating func decodeBytes(into target: UnsafeMutablePointer<UInt8>, count: Int) throws {
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(1, min(batchSize, count))) { batch in
      guard let start = batch.baseAddress else { return }
      var done = 0
      while done < count {
        let taken = min(batchSize, count - done)
        try decode(into: start, count: taken)
        for place in 0..<taken { target[done + place] = UInt8(truncatingIfNeeded: start[place]) }
        done += taken
      }
    }
  }
}
