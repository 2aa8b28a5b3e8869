import Parquet

/// Texts of slots: entries, which may be alike, and for each slot the place of its own.
struct ParquetTexts {
  /// Consecutive slots that take their entries from one list.
  struct Part {
    var slots: Range<Int>
    var entries: [FieldBytes]
    /// Keeps the bytes of the entries.
    var owner: AnyObject
  }

  /// For each slot a place among the entries of its part, -1 for a null.
  let places: [Int32]
  let parts: [Part]

  init(_ places: [Int32], _ parts: [BytePart]) {
    self.places = places
    self.parts = parts.map { part in
      Part(
        slots: part.slots,
        entries: part.entries.entries.map { $0.bindMemory(to: UInt8.self) },
        owner: part.entries
      )
    }
  }

  private init(places: [Int32], parts: [Part]) {
    self.places = places
    self.parts = parts
  }

  /// Texts of `count` slots, an entry each.
  init(_ count: Int, _ text: (Int) -> [UInt8]) {
    // In parts, as places have 32 bits.
    let size = 1 << 20
    parts = stride(from: 0, to: count, by: size).map { first in
      let slots = first..<min(first + size, count)
      let memory = TextMemory(slots.count) { text(first + $0) }
      return Part(slots: slots, entries: memory.entries, owner: memory)
    }
    places = (0..<count).map { Int32(truncatingIfNeeded: $0 % size) }
  }

  /// The same slots with other texts for the entries.
  func mapped(_ text: (FieldBytes) -> [UInt8]) -> ParquetTexts {
    ParquetTexts(
      places: places,
      parts: parts.map { part in
        let memory = TextMemory(part.entries.count) { text(part.entries[$0]) }
        return Part(slots: part.slots, entries: memory.entries, owner: memory)
      }
    )
  }

  /// The text of a slot; nil for a null.
  func bytes(_ slot: Int) -> FieldBytes? {
    guard places[slot] >= 0 else { return nil }
    var (low, high) = (0, parts.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].slots.upperBound <= slot { low = middle + 1 } else { high = middle }
    }
    return parts[low].entries[Int(places[slot])]
  }

  /// The first slot that is a null or an empty text.
  var firstEmpty: Int? {
    for part in parts {
      let found = part.slots.first { places[$0] < 0 || part.entries[Int(places[$0])].isEmpty }
      if let found { return found }
    }
    return nil
  }
}

/// Texts in memory of their own.
private final class TextMemory {
  let entries: [FieldBytes]
  private let memory: UnsafeMutablePointer<UInt8>

  init(_ count: Int, _ text: (Int) -> [UInt8]) {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for place in 0..<count {
      bytes += text(place)
      ends.append(bytes.count)
    }
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    memory.update(from: bytes, count: bytes.count)
    self.memory = memory
    entries = ends.indices.map { place in
      let start = place == 0 ? 0 : ends[place - 1]
      return FieldBytes(start: memory + start, count: ends[place] - start)
    }
  }

  deinit { memory.deallocate() }
}
