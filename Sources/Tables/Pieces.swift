import Glibc
import Memory

/// The rows of a file cut into pieces of whole lines.
struct Pieces {
  var chunks: [Chunk] = []
  var isQuoted = false
  /// Keeps the copied last line alive.
  private var tail: TailLine?

  /// One piece that nothing is cut from.
  init(whole: Chunk?) { chunks = whole.map { [$0] } ?? [] }

  /// - Parameters:
  ///   - body: the rows, which begin at `bodyOffset` of the file.
  ///   - quotes: how the fields are written where they may stand in quotes.
  init(
    _ body: FieldBytes,
    at bodyOffset: Int,
    of reader: some TextTableReader,
    quotes: DelimitedFormat? = nil
  ) throws {
    guard let start = body.baseAddress, !body.isEmpty else { return }
    let end = start + body.count
    // Enough pieces that threads finish together, none smaller than asked for.
    let pieceBytes = max(reader.pieceBytes, body.count / (reader.threads * 4) + 1)
    let pieces = (body.count + pieceBytes - 1) / pieceBytes
    var tailStart = cutPlain(start, end, pieces: pieces, at: bodyOffset)
    let holdsQuote = scan(reader.threads) || memchr(tailStart, Int32(quote), end - tailStart) != nil
    if holdsQuote, let quotes, quotes.allowsQuotes {
      isQuoted = true
      let rows = QuotedRows(start: start, end: end, format: quotes, pieceBytes: pieceBytes)
      if let open = rows.openQuote {
        throw reader.lineError("a quote is opened here and never closed", at: bodyOffset + (open - start))
      }
      if let stray = rows.stray {
        throw stray.error(in: body, at: bodyOffset, of: reader.text, file: reader.name)
      }
      chunks = rows.pieces.map {
        Chunk(
          start: $0.start,
          end: $0.end,
          fileOffset: bodyOffset + ($0.start - start),
          rowBound: $0.rows
        )
      }
      tailStart = rows.tailStart
    }
    guard tailStart < end else { return }
    let offset = bodyOffset + (tailStart - start)
    guard end - tailStart <= longestLine else {
      throw reader.lineError(tooLongLine, at: offset)
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
    at bodyOffset: Int
  ) -> BytePointer {
    var position = start
    for piece in 1...max(pieces, 1) {
      let target = max(position, start + (end - start) * piece / pieces - 1)
      guard target < end else { break }
      let found = piece == pieces ? lastLineFeed(position, end) : firstLineFeed(target, end)
      guard let next = found.map({ $0 + 1 }) else { continue }
      chunks.append(Chunk(start: position, end: next, fileOffset: bodyOffset + (position - start)))
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

/// The end of the line that begins at `start`: its line feed, or `end`.
@inline(__always)
func endOfLine(_ start: BytePointer, _ end: BytePointer) -> BytePointer { firstLineFeed(start, end) ?? end }

/// Whether a line has nothing but blanks, tabs and carriage returns.
@inline(__always)
func isBlank(_ line: FieldBytes) -> Bool {
  line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == carriageReturn }
}

/// How many of `bytes` are `byte`.
func occurrences(of byte: UInt8, in bytes: FieldBytes) -> Int {
  bytes.reduce(0) { $0 &+ ($1 == byte ? 1 : 0) }
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
