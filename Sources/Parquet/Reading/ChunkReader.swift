import CZlib

/// Goes through the pages of a chunk.
struct ChunkReader<Values: PageValues> {
  private let plan: ChunkPlan
  private var values: Values
  /// Keeps the memory of unpacked pages that values point into.
  private let keep: ((PageMemory) -> Void)?
  private let codec: Codec
  private var outcome = ChunkOutcome()
  private var taken = 0
  private var unpacked = 0
  private var hasDictionary = false
  private var scratch = PageMemory()
  /// The levels of a page of lists.
  private var levels: [UInt8] = []

  init(_ plan: ChunkPlan, _ values: Values, keep: ((PageMemory) -> Void)? = nil) throws {
    self.plan = plan
    self.values = values
    self.keep = keep
    guard let codec = Codec(rawValue: plan.chunk.codec) else {
      throw ParquetError("it is compressed in the unknown way \(plan.chunk.codec)")
    }
    self.codec = codec
  }

  /// Reads all pages, or those with the rows wanted.
  mutating func read() throws -> ChunkOutcome {
    let total = Int(plan.chunk.values)
    var position = 0
    while taken < total, outcome.rows < plan.rowLimit {
      guard position < plan.bytes.count else {
        throw ParquetError("its pages hold \(taken) values, the footer says of \(total)")
      }
      let header = try PageHeader(UnsafeRawBufferPointer(rebasing: plan.bytes[position...]))
      position += header.count
      let size = Int(header.compressedSize)
      guard size <= plan.bytes.count - position else {
        throw ParquetError("a page says that it has \(size) bytes, \(plan.bytes.count - position) are left")
      }
      let body = UnsafeRawBufferPointer(rebasing: plan.bytes[position..<position + size])
      position += size
      if header.kind == .data || header.kind == .dataV2 || header.kind == .dictionary {
        try check(header, body)
        try take(header, body)
      }
    }
    if plan.lengths != nil, taken == total, outcome.rows != plan.rows {
      throw ParquetError("its lists make \(outcome.rows) rows, the row group has \(plan.rows)")
    }
    return outcome
  }

  private mutating func check(_ header: PageHeader, _ body: UnsafeRawBufferPointer) throws {
    if let checksum = header.checksum {
      let start = body.bindMemory(to: UInt8.self).baseAddress
      let found = crc32_z(0, start, body.count)
      guard body.isEmpty || UInt32(truncatingIfNeeded: found) == UInt32(bitPattern: checksum) else {
        throw ParquetError("a page is damaged: its checksum is another")
      }
    }
    unpacked += Int(header.uncompressedSize)
    guard unpacked <= plan.unpackedLimit else {
      throw ParquetError(
        "its pages say that they unpack to \(unpacked) bytes, the footer says of \(plan.chunk.uncompressedSize)"
      )
    }
  }

  private mutating func take(_ header: PageHeader, _ body: UnsafeRawBufferPointer) throws {
    switch header.kind {
    case .dictionary:
      guard !hasDictionary, taken == 0 else { throw ParquetError("it has more than one dictionary") }
      hasDictionary = true
      let page = try unpack(body, Int(header.uncompressedSize), isPacked: true)
      guard header.encoding == 0 || header.encoding == 2 else {
        throw ParquetError("its dictionary is in the encoding \(header.encoding)")
      }
      try values.takeDictionary(page, count: Int(header.values))
    case .data: try takeData(header, body)
    case .dataV2: try takeDataV2(header, body)
    default: break
    }
  }

  private mutating func unpack(
    _ packed: UnsafeRawBufferPointer,
    _ size: Int,
    isPacked: Bool
  ) throws -> UnsafeRawBufferPointer {
    guard codec != .uncompressed, isPacked else {
      guard packed.count == size else {
        throw ParquetError(
          "a page that is not compressed has \(packed.count) bytes, and says that it has \(size)"
        )
      }
      return packed
    }
    let memory = keep == nil ? scratch : PageMemory()
    let room = try memory.room(size)
    try codec.unpack(packed, into: room)
    keep?(memory)
    return UnsafeRawBufferPointer(room)
  }

  private mutating func encoding(_ header: PageHeader) throws -> Encoding {
    guard let encoding = Encoding(rawValue: header.encoding) else {
      throw ParquetError("a page is in the unknown encoding \(header.encoding)")
    }
    guard !encoding.isDictionary || hasDictionary else {
      throw ParquetError("the dictionary of a page is missing")
    }
    guard Int(header.values) <= Int(plan.chunk.values) - taken else {
      throw ParquetError("its pages hold more values than the \(plan.chunk.values) of which the footer says")
    }
    return encoding
  }

  private mutating func takeData(_ header: PageHeader, _ body: UnsafeRawBufferPointer) throws {
    // A page of no values need not have levels either.
    guard header.values > 0 else { return }
    let encoding = try encoding(header)
    let page = try unpack(body, Int(header.uncompressedSize), isPacked: true)
    var rest = page
    let count = Int(header.values)
    var repetition: LevelBytes?
    if plan.leaf.maxRepetition > 0 {
      repetition = try LevelBytes(
        &rest,
        header.repetitionEncoding,
        greatest: plan.leaf.maxRepetition,
        count: count
      )
    }
    var definition: LevelBytes?
    if plan.leaf.maxDefinition > 0 {
      definition = try LevelBytes(
        &rest,
        header.definitionEncoding,
        greatest: plan.leaf.maxDefinition,
        count: count
      )
    }
    try place(count, repetition, definition, rest, encoding)
  }

  private mutating func takeDataV2(_ header: PageHeader, _ body: UnsafeRawBufferPointer) throws {
    guard header.values > 0 else { return }
    let encoding = try encoding(header)
    let (repetitionSize, definitionSize) = (Int(header.repetitionBytes), Int(header.definitionBytes))
    let levelSize = repetitionSize + definitionSize
    guard repetitionSize >= 0, definitionSize >= 0, levelSize <= min(body.count, Int(header.uncompressedSize))
    else {
      throw ParquetError("a page says that its levels have \(levelSize) bytes, it has \(body.count)")
    }
    var repetition: LevelBytes?
    var definition: LevelBytes?
    if plan.leaf.maxRepetition > 0 {
      repetition = LevelBytes(
        UnsafeRawBufferPointer(rebasing: body[..<repetitionSize]),
        greatest: plan.leaf.maxRepetition
      )
    }
    if plan.leaf.maxDefinition > 0 {
      definition = LevelBytes(
        UnsafeRawBufferPointer(rebasing: body[repetitionSize..<levelSize]),
        greatest: plan.leaf.maxDefinition
      )
    }
    let page = try unpack(
      UnsafeRawBufferPointer(rebasing: body[levelSize...]),
      Int(header.uncompressedSize) - levelSize,
      isPacked: header.isCompressed
    )
    try place(Int(header.values), repetition, definition, page, encoding)
  }

  /// Puts the values of a page where they belong.
  private mutating func place(
    _ count: Int,
    _ repetition: LevelBytes?,
    _ definition: LevelBytes?,
    _ page: UnsafeRawBufferPointer,
    _ encoding: Encoding
  ) throws {
    taken += count
    guard let repetition else { return try placeFlat(count, definition, page, encoding) }
    // The memory is taken out of `self`, so that the rest of it may be changed meanwhile.
    var levels: [UInt8] = []
    swap(&levels, &self.levels)
    defer { swap(&levels, &self.levels) }
    if levels.count < 2 * count { levels = [UInt8](repeating: 0, count: 2 * count) }
    let first = outcome.slots
    var (nulls, slots) = (0, 0)
    try levels.withUnsafeMutableBufferPointer { levels in
      guard let start = levels.baseAddress else { return }
      try repetition.decode(into: start, count: count)
      // A repeated field has levels of definition always.
      try definition?.decode(into: start + count, count: count)
      (slots, nulls) = try plan.place(UnsafeBufferPointer(levels), count, &outcome)
    }
    try values.decode(page, encoding, count: slots - nulls, at: first)
    if nulls > 0, let present = plan.present {
      values.spread(
        UnsafeMutableBufferPointer(start: present + first, count: slots),
        count: slots - nulls,
        at: first
      )
    }
  }

  private mutating func placeFlat(
    _ count: Int,
    _ definition: LevelBytes?,
    _ page: UnsafeRawBufferPointer,
    _ encoding: Encoding
  ) throws {
    let first = outcome.slots
    outcome.slots += count
    outcome.rows += count
    guard let definition, let present = plan.present.map({ $0 + first }), count > 0 else {
      return try values.decode(page, encoding, count: count, at: first)
    }
    if try definition.areAllGreatest(count: count) {
      present.update(repeating: 1, count: count)
      return try values.decode(page, encoding, count: count, at: first)
    }
    try definition.decode(into: present, count: count)
    let greatest = UInt8(plan.leaf.maxDefinition)
    var found = 0
    for slot in 0..<count {
      let isThere: UInt8 = present[slot] == greatest ? 1 : 0
      present[slot] = isThere
      found &+= Int(isThere)
    }
    try values.decode(page, encoding, count: found, at: first)
    guard found < count else { return }
    outcome.nulls += count - found
    values.spread(UnsafeMutableBufferPointer(start: present, count: count), count: found, at: first)
  }
}
