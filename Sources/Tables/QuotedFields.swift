import Glibc

/// Moves `position` from a field's first byte to the delimiter or the line end (`\n` or `\r\n`) behind it.
///
/// A quote opens a quoted part only as the field's first byte; that nothing follows the closing quote ``QuotedRows`` has seen.
/// `end` is behind a line feed that is not quoted.
@inline(__always)
func skipQuotedField(_ position: inout BytePointer, end: BytePointer, delimiter: UInt8) {
  if position.pointee == quote {
    position += 1
    while position < end, let found = memchr(position, Int32(quote), end - position) {
      position = BytePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
      guard position < end, position.pointee == quote else { break }
      position += 1
    }
  }
  while position < end, position.pointee != delimiter, position.pointee != lineFeed {
    if position.pointee == carriageReturn, position[1] == lineFeed { return }
    position += 1
  }
}

/// The text of a field that begins with a quote: its quotes taken off, `""` as one quote.
func decodeQuoted(_ raw: FieldBytes, into text: inout [UInt8]) {
  text.removeAll(keepingCapacity: true)
  var place = 1
  while place < raw.count {
    if raw[place] == quote {
      guard place + 1 < raw.count, raw[place + 1] == quote else { return }
      place += 1
    }
    text.append(raw[place])
    place += 1
  }
}

/// A quoted field with text behind its closing quote: most often the quote that opens it was meant as text.
struct StrayText {
  /// The place of the opening quote.
  var opening: Int
  /// The place of the text.
  var text: Int

  /// The text behind a closing quote at the place before `place`; nil where the field ends there.
  init?(_ bytes: FieldBytes, opening: Int, at place: Int, delimiter: UInt8) {
    guard place < bytes.count, bytes[place] != delimiter, bytes[place] != lineFeed else { return nil }
    if bytes[place] == carriageReturn, place + 1 == bytes.count || bytes[place + 1] == lineFeed { return nil }
    (self.opening, text) = (opening, place)
  }

  /// What is wrong with `bytes`, of which the first stands at `offset` of the file `all`.
  func error(in bytes: FieldBytes, at offset: Int, of all: FieldBytes, file: String) -> DataError {
    let line = lineNumber(all, at: offset + opening)
    let last = lineNumber(all, at: offset + text)
    let place = last == line ? "" : " in line \(last)"
    let next = bytes[text]
    let hint =
      ",;\t|".utf8.contains(next) ? "; is \(next == 0x09 ? "tab" : quotedBytes([next])) the delimiter?" : ""
    return DataError(
      "the field in quotes that begins here ends\(place) before \(quotedBytes(bytes[text...].prefix(20).prefix { $0 != lineFeed })), "
        + "where a delimiter or the end of the line must stand: double the quotes within a quoted field, or set data.quotes "
        + "to false where quotes are letters like any other\(hint)",
      file: file,
      line: line
    )
  }
}

/// Where rows end when fields may be quoted.
struct QuotedRows {
  /// Row borders: pieces of at least the wanted size, each a range of whole rows.
  var pieces: [(start: BytePointer, end: BytePointer, rows: Int)] = []
  /// The rows behind the last line feed, if any.
  var tailStart: BytePointer
  /// The place of an opening quote that is never closed.
  var openQuote: BytePointer?
  /// The first text behind a closing quote, as places from the start.
  var stray: StrayText?

  /// Walks once over all bytes: only from the start can one know which line feeds are quoted.
  ///
  /// From quote to quote: the line feeds between quoted parts end rows; a quote opens a part only where a
  /// field begins.
  init(start: BytePointer, end: BytePointer, format: DelimitedFormat, pieceBytes: Int) {
    var position = start
    var pieceStart = start
    var rows = 0
    tailStart = start
    while position < end {
      let found = memchr(position, Int32(quote), end - position)
      let next = found.map { BytePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? end
      while position < next, let lineEnd = memchr(position, Int32(lineFeed), next - position) {
        position = BytePointer(lineEnd.assumingMemoryBound(to: UInt8.self)) + 1
        rows += 1
        tailStart = position
        if position - pieceStart >= pieceBytes {
          pieces.append((pieceStart, position, rows))
          pieceStart = position
          rows = 0
        }
      }
      position = next
      guard position < end else { break }
      let isFieldStart = position == start || position[-1] == format.delimiter || position[-1] == lineFeed
      let isComment = format.comment.map { tailStart.pointee == $0 } ?? false
      if isFieldStart, !isComment {
        let opening = position
        guard let closing = Self.closingQuote(of: position, end: end) else {
          openQuote = position
          return
        }
        position = closing
        let bytes = FieldBytes(start: start, count: end - start)
        stray = StrayText(
          bytes,
          opening: opening - start,
          at: closing + 1 - start,
          delimiter: format.delimiter
        )
        guard stray == nil else { return }
      }
      position += 1
    }
    if tailStart > pieceStart { pieces.append((pieceStart, tailStart, rows)) }
  }

  private static func closingQuote(of opening: BytePointer, end: BytePointer) -> BytePointer? {
    var position = opening + 1
    while let found = memchr(position, Int32(quote), end - position) {
      let place = BytePointer(found.assumingMemoryBound(to: UInt8.self))
      guard place + 1 < end, place[1] == quote else { return place }
      position = place + 2
    }
    return nil
  }
}
