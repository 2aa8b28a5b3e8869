/// What the values of a chunk are decoded into: slots, one for each value or null.
protocol PageValues {
  /// Takes the values of a dictionary page.
  mutating func takeDictionary(_ page: UnsafeRawBufferPointer, count: Int) throws
  /// Decodes `count` values of a page into the slots from `slot` on.
  mutating func decode(_ page: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int, at slot: Int) throws
  /// Moves `count` values, which stand in the slots from `slot` on, to those of `present` that are 1, and empties the others.
  mutating func spread(_ present: UnsafeMutableBufferPointer<UInt8>, count: Int, at slot: Int)
}

/// How many numbers are unpacked at a time.
let batchSize = 2048

/// Goes through places in a dictionary of `size` entries, some at a time, none of them beyond it.
func forEachBatch(
  ofPlaces page: UnsafeRawBufferPointer,
  dictionarySize size: Int,
  count: Int,
  _ take: (_ first: Int, _ places: UnsafeMutableBufferPointer<UInt32>) -> Void
) throws {
  guard count > 0 else { return }
  guard let width = page.first else { throw ParquetError("places in the dictionary are cut off") }
  var decoder = try HybridDecoder(UnsafeRawBufferPointer(rebasing: page[1...]), width: Int(width))
  try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: min(batchSize, count)) { places in
    guard let start = places.baseAddress else { return }
    var done = 0
    while done < count {
      let taken = min(batchSize, count - done)
      try decoder.decode(into: start, count: taken)
      var greatest: UInt32 = 0
      for place in 0..<taken { greatest = max(greatest, start[place]) }
      guard greatest < size else {
        throw ParquetError("a value is number \(greatest) of a dictionary of \(size)")
      }
      take(done, UnsafeMutableBufferPointer(start: start, count: taken))
      done += taken
    }
  }
}

/// The error about an encoding that values of a type do not have.
func unread(_ encoding: Encoding, of type: String) -> ParquetError {
  ParquetError("\(type) in the encoding \(encoding) are not read")
}
