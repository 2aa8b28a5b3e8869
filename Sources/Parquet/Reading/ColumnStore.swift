import Files
import Memory

/// The memory of a column while it is filled.
final class ColumnStore {
  private let leaf: ParquetLeaf
  /// Where each chunk's slots begin, and the end of all.
  private let firstSlots: [Int]
  /// Where each chunk's rows begin, and the end of all.
  private let firstRows: [Int]
  private let entries: [ByteEntries]
  private var booleans: [UInt8] = []
  private var int32s: [Int32] = []
  private var int64s: [Int64] = []
  private var int96s: [Int96] = []
  private var floats: [Float] = []
  private var doubles: [Double] = []
  private var present: [UInt8]
  private var lengths: [Int32]

  init(_ leaf: ParquetLeaf, _ plans: [ChunkPlan], file: MappedFile) {
    self.leaf = leaf
    firstSlots = plans.reduce(into: [0]) { $0.append(($0.last ?? 0) + Int($1.chunk.values)) }
    firstRows = plans.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.rows) }
    let (slots, rows) = (firstSlots.last ?? 0, firstRows.last ?? 0)
    // Readers write every slot, so the memory need not be cleared first.
    func memory<Value>(_ type: Value.Type, _ count: Int = 0) -> [Value] {
      .init(unsafeUninitializedCapacity: count) { memory, filled in
        if let start = memory.baseAddress {
          HugePages.advise(start, count: count * MemoryLayout<Value>.stride)
        }
        filled = count
      }
    }
    present = memory(UInt8.self, leaf.maxDefinition > 0 ? slots : 0)
    lengths = memory(Int32.self, leaf.isList ? rows : 0)
    var isBytes = false
    switch leaf.type {
    case .boolean: booleans = memory(UInt8.self, slots)
    case .int32: int32s = memory(Int32.self, slots)
    case .int64: int64s = memory(Int64.self, slots)
    case .int96: int96s = memory(Int96.self, slots)
    case .float: floats = memory(Float.self, slots)
    case .double: doubles = memory(Double.self, slots)
    case .byteArray, .fixedLengthByteArray:
      int32s = memory(Int32.self, slots)
      isBytes = true
    }
    entries = plans.map {
      ByteEntries(copyingLimit: isBytes ? max(1 << 24, 256 * $0.unpackedLimit) : 0, owner: file)
    }
  }

  /// Where values, marks and lengths go.
  struct ColumnMemory {
    var values: UnsafeMutableRawPointer
    var present: UnsafeMutablePointer<UInt8>?
    var lengths: UnsafeMutablePointer<Int32>?
  }

  /// Runs `body` with the memory of all `stores`, in order.
  static func withMemory(
    _ stores: ArraySlice<ColumnStore>,
    _ known: [ColumnMemory],
    _ body: ([ColumnMemory]) -> Void
  ) {
    guard let store = stores.first else { return body(known) }
    store.withMemory { withMemory(stores.dropFirst(), known + [$0], body) }
  }

  private func withMemory(_ body: (ColumnMemory) -> Void) {
    present.withUnsafeMutableBufferPointer { present in
      lengths.withUnsafeMutableBufferPointer { lengths in
        let (present, lengths) = (present.baseAddress, lengths.baseAddress)
        withValues { values in
          // A column without values has no address; nothing is written to it.
          guard let start = values.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 8) else { return }
          body(ColumnMemory(values: start, present: present, lengths: lengths))
        }
      }
    }
  }

  private func withValues(_ body: (UnsafeMutableRawBufferPointer) -> Void) {
    switch leaf.type {
    case .boolean: booleans.withUnsafeMutableBytes(body)
    case .int64: int64s.withUnsafeMutableBytes(body)
    case .int96: int96s.withUnsafeMutableBytes(body)
    case .float: floats.withUnsafeMutableBytes(body)
    case .double: doubles.withUnsafeMutableBytes(body)
    case .int32, .byteArray, .fixedLengthByteArray: int32s.withUnsafeMutableBytes(body)
    }
  }

  /// Reads chunk number `group` into its part of `memory`.
  func read(_ group: Int, _ plan: ChunkPlan, _ memory: ColumnMemory) throws -> ChunkOutcome {
    var plan = plan
    plan.present = leaf.maxDefinition > 0 ? memory.present.map { $0 + firstSlots[group] } : nil
    plan.lengths = leaf.isList ? memory.lengths.map { $0 + firstRows[group] } : nil
    func slots(_ width: Int) -> UnsafeMutableRawPointer { memory.values + firstSlots[group] * width }
    switch leaf.type {
    case .boolean: return try Self.read(plan, BooleanValues(slots(1)))
    case .int32:
      return try Self.read(plan, NumberValues<Int32>(slots(4), zero: 0) { Int32(truncatingIfNeeded: $0) })
    case .int64: return try Self.read(plan, NumberValues<Int64>(slots(8), zero: 0) { $0 })
    case .int96: return try Self.read(plan, NumberValues<Int96>(slots(12), zero: Int96()))
    case .float: return try Self.read(plan, NumberValues<Float>(slots(4), zero: 0))
    case .double: return try Self.read(plan, NumberValues<Double>(slots(8), zero: 0))
    case .byteArray, .fixedLengthByteArray:
      let bytes = entries[group]
      let length = leaf.type == .byteArray ? 0 : leaf.length
      var reader = try ChunkReader(plan, ByteValues(slots(4), bytes, length: length)) { bytes.keep($0) }
      return try reader.read()
    }
  }

  private static func read<Values: PageValues>(_ plan: ChunkPlan, _ values: Values) throws -> ChunkOutcome {
    var reader = try ChunkReader(plan, values)
    return try reader.read()
  }

  /// The column, of what its chunks held.
  func column(_ outcomes: [ChunkOutcome]) -> ParquetColumn {
    let slots = zip(firstSlots, outcomes).map { $0..<$0 + $1.slots }
    let rows = zip(firstRows, outcomes).map { $0..<$0 + $1.rows }
    let hasNulls = outcomes.contains { $0.nulls > 0 }
    return ParquetColumn(
      leaf: leaf,
      values: values(slots),
      isPresent: hasNulls ? present.closed(slots) : nil,
      lengths: leaf.isList ? lengths.closed(rows) : nil,
      rows: rows.reduce(0) { $0 + $1.count }
    )
  }

  private func values(_ slots: [Range<Int>]) -> ParquetValues {
    switch leaf.type {
    case .boolean: return .booleans(booleans.closed(slots))
    case .int32: return .int32s(int32s.closed(slots))
    case .int64: return .int64s(int64s.closed(slots))
    case .int96: return .int96s(int96s.closed(slots))
    case .float: return .floats(floats.closed(slots))
    case .double: return .doubles(doubles.closed(slots))
    case .byteArray, .fixedLengthByteArray:
      var next = 0
      let parts = zip(slots, entries).map { range, entries in
        defer { next += range.count }
        return BytePart(slots: next..<next + range.count, entries: entries)
      }
      return .bytes(int32s.closed(slots), parts: parts)
    }
  }
}

extension Array {
  /// What stands in `ranges`, without what stands between them; the same memory where they leave out nothing.
  fileprivate func closed(_ ranges: [Range<Int>]) -> [Element] {
    var next = 0
    let isClosed = ranges.allSatisfy { range in
      defer { next = range.upperBound }
      return range.lowerBound == next
    }
    if isClosed, next == count { return self }
    var closed: [Element] = []
    closed.reserveCapacity(ranges.reduce(0) { $0 + $1.count })
    for range in ranges { closed += self[range] }
    return closed
  }
}
