import Glibc
import Memory

/// A column to read, by its place in the file.
struct WantedColumn {
  var index: Int
  var type: ColumnType
  var empty: EmptyFieldRule
  /// Whether names that are not UTF-8 are taken for Latin-1.
  var allowsLatin1 = false
  /// The first field that made names of a column that could have been integers.
  var namesSince: String?

  /// Takes in a second request for the same column: the stricter rule for empty fields holds, and the type of whoever does
  /// not take what comes.
  mutating func merge(_ request: ColumnRequest, header: String, file: String) throws {
    let yields: [ColumnType] = [.integer, .identifier, .name]
    allowsLatin1 = allowsLatin1 && request.allowsLatin1
    if type == .integerOrName, yields.contains(request.type) { type = request.type }
    guard request.type == type || (request.type == .integerOrName && yields.contains(type)) else {
      throw DataError("column '\(header)' is asked for as \(type) and as \(request.type)", file: file)
    }
    let strictness: [EmptyFieldRule] = [.substitute, .dropRow, .fail]
    empty = strictness.last { $0 == empty || $0 == request.empty } ?? empty
  }
}

/// The rows of a file cut into pieces of whole lines.
struct Pieces {
  var chunks: [Chunk] = []
  var isQuoted = false
  /// Keeps the copied last line alive.
  private var tail: TailLine?

  init(_ reader: DelimitedReader) throws {
    let body = reader.body
    guard let start = body.baseAddress, !body.isEmpty else { return }
    let end = start + body.count
    // Enough pieces that threads finish together, none smaller than asked for.
    let pieceBytes = max(reader.pieceBytes, body.count / (reader.threads * 4) + 1)
    let pieces = (body.count + pieceBytes - 1) / pieceBytes
    var tailStart = cutPlain(start, end, pieces: pieces, reader)
    let holdsQuote = scan(reader.threads) || memchr(tailStart, Int32(quote), end - tailStart) != nil
    isQuoted = holdsQuote && reader.format.allowsQuotes
    if isQuoted { tailStart = try cutQuoted(start, end, pieceBytes: pieceBytes, reader) }
    guard tailStart < end else { return }
    let offset = reader.bodyOffset + (tailStart - start)
    guard end - tailStart <= longestLine else {
      throw reader.lineError(
        "the line is longer than \(longestLine) bytes: is this a delimited text file?",
        at: offset
      )
    }
    let line = TailLine(FieldBytes(start: tailStart, count: end - tailStart))
    chunks.append(Chunk(start: line.start, end: line.end, fileOffset: offset, rowBound: 1))
    tail = line
  }

  /// Cuts at the first line end behind each of `pieces` equal parts; returns where the unclosed rest begins.
  private mutating func cutPlain(
    _ start: BytePointer,
    _ end: BytePointer,
    pieces: Int,
    _ reader: DelimitedReader
  ) -> BytePointer {
    var position = start
    for piece in 1...max(pieces, 1) {
      let target = max(position, start + (end - start) * piece / pieces - 1)
      guard target < end else { break }
      let found = piece == pieces ? lastLineFeed(position, end) : firstLineFeed(target, end)
      guard let next = found.map({ $0 + 1 }) else { continue }
      chunks.append(Chunk(start: position, end: next, fileOffset: reader.bodyOffset + (position - start)))
      position = next
    }
    return position
  }

  /// Counts the line feeds in every chunk; true where one of them holds a quote.
  private mutating func scan(_ threads: Int) -> Bool {
    let count = chunks.count
    var quoted = [Bool](repeating: false, count: count)
    chunks.withUnsafeMutableBufferPointer { chunks in
      quoted.withUnsafeMutableBufferPointer { quoted in
        Threads(threads).forEach(count) { task in
          let found = scanBytes(
            FieldBytes(start: chunks[task].start, count: chunks[task].end - chunks[task].start)
          )
          chunks[task].rowBound = found.lineFeeds
          quoted[task] = found.holdsQuote
        }
      }
    }
    return quoted.contains(true)
  }

  /// Cuts where a line feed is not quoted; returns where the unclosed rest begins.
  private mutating func cutQuoted(
    _ start: BytePointer,
    _ end: BytePointer,
    pieceBytes: Int,
    _ reader: DelimitedReader
  ) throws -> BytePointer {
    let rows = QuotedRows(start: start, end: end, delimiter: reader.format.delimiter, pieceBytes: pieceBytes)
    if let open = rows.openQuote {
      throw reader.lineError(
        "a quote is opened here and never closed",
        at: reader.bodyOffset + (open - start)
      )
    }
    chunks = rows.pieces.map {
      Chunk(
        start: $0.start,
        end: $0.end,
        fileOffset: reader.bodyOffset + ($0.start - start),
        rowBound: $0.rows
      )
    }
    return rows.tailStart
  }
}

/// The last line of a file that does not end in a line feed, copied and closed with one.
private final class TailLine {
  let start: BytePointer
  let end: BytePointer
  private let memory: UnsafeMutablePointer<UInt8>

  init(_ bytes: FieldBytes) {
    memory = .allocate(capacity: bytes.count + 1)
    if let source = bytes.baseAddress { memory.update(from: source, count: bytes.count) }
    memory[bytes.count] = lineFeed
    start = BytePointer(memory)
    end = start + bytes.count + 1
  }

  deinit { memory.deallocate() }
}

private func firstLineFeed(_ start: BytePointer, _ end: BytePointer) -> BytePointer? {
  memchr(start, Int32(lineFeed), end - start).map { BytePointer($0.assumingMemoryBound(to: UInt8.self)) }
}

/// Backwards in windows, so that the C library does the searching within each.
private func lastLineFeed(_ start: BytePointer, _ end: BytePointer) -> BytePointer? {
  var windowEnd = end
  while windowEnd > start {
    let windowStart = windowEnd - min(65_536, windowEnd - start)
    var last: BytePointer?
    while let found = firstLineFeed(last.map { $0 + 1 } ?? windowStart, windowEnd) { last = found }
    if let last { return last }
    windowEnd = windowStart
  }
  return nil
}

/// Counts the line feeds and looks for a quote, eight bytes at a time.
private func scanBytes(_ bytes: FieldBytes) -> (lineFeeds: Int, holdsQuote: Bool) {
  let raw = UnsafeRawBufferPointer(bytes)
  var lineFeeds = 0
  var quotes: UInt64 = 0
  var place = 0
  while raw.count - place >= 8 {
    // Each byte of `counts` counts what stands in its lane, so it must be emptied before it overflows.
    let blockEnd = place + min((raw.count - place) / 8, 255) * 8
    var counts: UInt64 = 0
    while place < blockEnd {
      let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      counts &+= zeroBytes(word ^ 0x0A0A_0A0A_0A0A_0A0A) &>> 7
      quotes |= zeroBytes(word ^ 0x2222_2222_2222_2222)
      place &+= 8
    }
    let pairs = (counts & 0x00FF_00FF_00FF_00FF) &+ (counts &>> 8 & 0x00FF_00FF_00FF_00FF)
    lineFeeds &+= Int((pairs &* 0x0001_0001_0001_0001) &>> 48)
  }
  var holdsQuote = quotes != 0
  while place < raw.count {
    lineFeeds += raw[place] == lineFeed ? 1 : 0
    holdsQuote = holdsQuote || raw[place] == quote
    place += 1
  }
  return (lineFeeds, holdsQuote)
}

/// Eight times the same byte.
@inline(__always)
func repeated(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

/// The highest bit of every byte that is zero; no other bit.
@inline(__always)
func zeroBytes(_ word: UInt64) -> UInt64 {
  ~((word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F | word) & 0x8080_8080_8080_8080
}

/// One way through all pieces: the wanted columns, or the first thing that went wrong.
struct ReadingPass {
  private(set) var rows = 0
  private(set) var dropped = 0
  private(set) var failure: RowFailure?
  private(set) var invalidNameOffset: Int?
  private(set) var columns: [ColumnValues] = []

  init(_ pieces: Pieces, _ wanted: [WantedColumn], of reader: DelimitedReader) {
    let (format, columnCount, threads) = (reader.format, reader.header.count, reader.threads)
    var chunks = pieces.chunks
    var bound = 0
    for place in chunks.indices {
      chunks[place].firstRow = bound
      bound += chunks[place].rowBound
    }
    let stores = wanted.map { ColumnStore(type: $0.type, rows: bound) }
    var results = [ChunkResult](repeating: ChunkResult(), count: chunks.count)
    var merged: [MergedNames?] = []
    ColumnStore.withPointers(stores[...], []) { outputs in
      let takesRest = format.extraFields == .join ? columnCount - 1 : -1
      let plans = Self.plans(wanted, outputs, takesRest: takesRest)
      let line = LineShape(
        unwantedAtEnd: columnCount - 1 - (wanted.map(\.index).max() ?? 0),
        extraFields: format.extraFields
      )
      plans.withUnsafeBufferPointer { plans in
        results.withUnsafeMutableBufferPointer { results in
          Threads(threads).forEach(chunks.count) { task in
            var parser = ChunkParser(
              chunk: chunks[task],
              plans: plans,
              delimiter: format.delimiter,
              line: line
            )
            if pieces.isQuoted { parser.parseQuoted() } else { parser.parsePlain() }
            results[task] = parser.result
          }
        }
      }
      failure = results.lazy.compactMap(\.failure).first
      guard failure == nil else { return }
      merged = Self.mergeNames(wanted, outputs, chunks, results, threads: threads)
      Self.closeGaps(stores, outputs, chunks, results)
    }
    rows = results.reduce(0) { $0 + $1.rows }
    dropped = results.reduce(0) { $0 + $1.dropped }
    guard failure == nil else { return }
    invalidNameOffset = merged.compactMap { $0?.invalidOffset }.min()
    for (place, store) in stores.enumerated() {
      columns.append(store.values(rows: rows, names: merged[place]?.names ?? []))
    }
  }

  /// The wanted columns in the order in which they stand in a line.
  private static func plans(
    _ wanted: [WantedColumn],
    _ outputs: [UnsafeMutableRawPointer],
    takesRest: Int
  ) -> [FieldPlan] {
    var plans: [FieldPlan] = []
    var previous = 0
    for place in wanted.indices.sorted(by: { wanted[$0].index < wanted[$1].index }) {
      let column = wanted[place]
      plans.append(
        FieldPlan(
          skip: column.index - previous,
          type: column.type,
          empty: column.empty,
          column: place,
          takesRest: column.index == takesRest,
          output: outputs[place]
        )
      )
      previous = column.index
    }
    return plans
  }

  /// Joins the pieces' name tables and rewrites the codes in the columns accordingly.
  private static func mergeNames(
    _ wanted: [WantedColumn],
    _ outputs: [UnsafeMutableRawPointer],
    _ chunks: [Chunk],
    _ results: [ChunkResult],
    threads: Int
  ) -> [MergedNames?] {
    wanted.indices.map { column in
      guard wanted[column].type == .name else { return nil }
      let tables = results.map { $0.names[column] ?? NameTable() }
      let merged = MergedNames(tables, allowsLatin1: wanted[column].allowsLatin1)
      let codes = outputs[column].assumingMemoryBound(to: Int32.self)
      Threads(threads).forEach(chunks.count) { task in
        let first = chunks[task].firstRow
        let table = merged.codes[task]
        for row in first..<first + results[task].rows { codes[row] = table[Int(codes[row])] }
      }
      return merged
    }
  }

  /// Moves rows down over the room that blank lines and dropped rows left at the ends of pieces.
  private static func closeGaps(
    _ stores: [ColumnStore],
    _ outputs: [UnsafeMutableRawPointer],
    _ chunks: [Chunk],
    _ results: [ChunkResult]
  ) {
    var next = 0
    for (chunk, result) in zip(chunks, results) {
      if next != chunk.firstRow {
        for (store, output) in zip(stores, outputs) {
          let width = store.type == .name ? 4 : 8
          memmove(output + next * width, output + chunk.firstRow * width, result.rows * width)
        }
      }
      next += result.rows
    }
  }
}

/// The memory of one column while it is filled.
private final class ColumnStore {
  let type: ColumnType
  private var integers: [Int64] = []
  private var reals: [Double] = []
  private var codes: [Int32] = []

  init(type: ColumnType, rows: Int) {
    self.type = type
    // The parser writes every row that is kept, so the memory need not be cleared first.
    switch type {
    case .integer, .integerOrName, .identifier, .time:
      integers = .init(unsafeUninitializedCapacity: rows) { $1 = rows }
    case .real: reals = .init(unsafeUninitializedCapacity: rows) { $1 = rows }
    case .name, .names, .vector: codes = .init(unsafeUninitializedCapacity: rows) { $1 = rows }
    }
  }

  /// Runs `body` with the memory of all `stores`, in order.
  static func withPointers(
    _ stores: ArraySlice<ColumnStore>,
    _ pointers: [UnsafeMutableRawPointer],
    _ body: ([UnsafeMutableRawPointer]) -> Void
  ) {
    guard let store = stores.first else { return body(pointers) }
    func next(_ bytes: UnsafeMutableRawBufferPointer) {
      // A column without rows has no address; nothing is written to it.
      let start = bytes.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 8)
      guard let start else { return }
      withPointers(stores.dropFirst(), pointers + [start], body)
    }
    switch store.type {
    case .integer, .integerOrName, .identifier, .time: store.integers.withUnsafeMutableBytes(next)
    case .real: store.reals.withUnsafeMutableBytes(next)
    case .name, .names, .vector: store.codes.withUnsafeMutableBytes(next)
    }
  }

  /// The first `rows` values.
  func values(rows: Int, names: [String]) -> ColumnValues {
    switch type {
    case .integer, .integerOrName, .identifier, .time:
      integers.removeLast(integers.count - rows)
      return .integers(integers)
    case .real:
      reals.removeLast(reals.count - rows)
      return .reals(reals)
    case .name, .names, .vector:
      codes.removeLast(codes.count - rows)
      return .names(codes: codes, names: names)
    }
  }
}
