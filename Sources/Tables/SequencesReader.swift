import Files
import Memory

/// Reads text that has many clicks a line: a user and then the items of this user (columns `user` and `item`), or the items
/// of one session (columns `session`, which is the number of the line in the file, and `item`).
///
/// Fields are parted by any number of blanks, tabs and commas, or of the one delimiter that the format has in place of a
/// comma. Blank lines are passed over. A user who stands in two lines has clicked further; a line of a user without items
/// is a row that is left out.
final class SequencesReader: TextTableReader {
  /// What stands in a line.
  enum Form {
    case sequences, sessions
  }

  let name: String
  let header: [String]
  let text: FieldBytes
  let threads: Int
  let pieceBytes: Int
  private let file: FileBytes
  private let form: Form
  private let format: DelimitedFormat
  /// Where the first line begins that is not skipped.
  private let start: Int

  /// - Throws: `DataError` where the format is none, and where there are no lines.
  init(
    _ file: FileBytes,
    name: String,
    form: Form,
    format: DelimitedFormat,
    threads: Int,
    pieceBytes: Int = 1 << 20
  ) throws {
    try format.check(file: name)
    self.file = file
    self.name = name
    self.form = form
    self.format = format
    self.threads = max(threads, 1)
    self.pieceBytes = max(pieceBytes, 1)
    text = file.bytes.bindMemory(to: UInt8.self)
    header = [form == .sequences ? "user" : "session", "item"]
    var start = 0
    for _ in 0..<format.skippedRows {
      start = text[start...].firstIndex(of: lineFeed).map { $0 + 1 } ?? text.count
    }
    self.start = start
    guard text[start...].contains(where: { $0 > 0x20 }) else {
      throw DataError("the file is empty", file: name)
    }
  }

  var noRows: String { "the file has no rows" }

  func firstRows(_ count: Int) throws -> [[String]] {
    var rows: [[String]] = []
    guard let base = text.baseAddress, start < text.count else { return rows }
    var position = base + start
    var line = lineNumber(text, at: start)
    while position < base + text.count, rows.count < count {
      let end = endOfLine(position, base + text.count)
      if end == base + text.count, file.isCut { break }
      var fields = SequenceFields(position, end, format)
      position = end + 1
      defer { line += 1 }
      let isComment = fields.isComment
      let first =
        form == .sequences ? fields.next().map { String(decoding: $0, as: UTF8.self) } : String(line)
      guard let first, !isComment else { continue }
      while rows.count < count, let item = fields.next() {
        rows.append([first, String(decoding: item, as: UTF8.self)])
      }
    }
    return rows
  }

  func pieces() throws -> Pieces {
    var pieces = try Pieces(FieldBytes(rebasing: text[start...]), at: start, of: self)
    var bounds = [Int](repeating: 0, count: pieces.chunks.count)
    bounds.withUnsafeMutableBufferPointer { bounds in
      Threads(threads).forEach(pieces.chunks.count) { task in
        let chunk = pieces.chunks[task]
        // A field has a separator or the line's end behind it.
        for place in 0..<chunk.end - chunk.start {
          let byte = chunk.start[place]
          bounds[task] &+= byte == lineFeed || SequenceFields.isSeparator(byte, format) ? 1 : 0
        }
      }
    }
    var line = lineNumber(text, at: start)
    for place in pieces.chunks.indices {
      pieces.chunks[place].firstLine = line
      // So far, what bounds the rows is the number of lines.
      line += pieces.chunks[place].rowBound
      pieces.chunks[place].rowBound = bounds[place]
    }
    return pieces
  }

  func parse(_ chunk: Chunk, _ plans: UnsafeBufferPointer<FieldPlan>, isQuoted: Bool) -> ChunkResult {
    var sink = FieldSink(plans, chunk)
    var position = chunk.start
    var number = chunk.firstLine
    while position < chunk.end {
      let end = endOfLine(position, chunk.end)
      guard end - position <= longestLine else {
        if let plan = plans.first {
          sink.fail(.lineTooLong, at: chunk.fileOffset + (position - chunk.start), plan)
        }
        return sink.result
      }
      guard takeLine(position, end, number, chunk, plans, &sink) else { return sink.result }
      position = end + 1
      number += 1
    }
    return sink.result
  }

  /// Takes the rows of one line; false on failure.
  private func takeLine(
    _ start: BytePointer,
    _ end: BytePointer,
    _ number: Int,
    _ chunk: Chunk,
    _ plans: UnsafeBufferPointer<FieldPlan>,
    _ sink: inout FieldSink
  ) -> Bool {
    var fields = SequenceFields(start, end, format)
    if fields.isComment { return true }
    func offset(_ field: FieldBytes) -> Int {
      chunk.fileOffset + (field.baseAddress.map { $0 - chunk.start } ?? 0)
    }
    func rows(_ first: FieldBytes, at firstOffset: Int, isTemporary: Bool) -> Bool {
      var count = 0
      while let item = fields.next() {
        guard sink.hasRoom(at: firstOffset) else { return false }
        var isKept = true
        for plan in plans {
          let kept =
            plan.index == 0
            ? sink.store(first, at: firstOffset, plan, isTemporary: isTemporary)
            : sink.store(item, at: offset(item), plan)
          guard let kept else { return false }
          isKept = isKept && kept
        }
        sink.finishRow(isKept: isKept)
        count += 1
      }
      if count == 0, form == .sequences { sink.countDropped() }
      return true
    }
    guard form == .sessions else {
      guard let user = fields.next() else { return true }
      return rows(user, at: offset(user), isTemporary: false)
    }
    let digits = Array(String(number).utf8)
    return digits.withUnsafeBufferPointer {
      rows($0, at: chunk.fileOffset + (start - chunk.start), isTemporary: true)
    }
  }
}

/// The fields of one line.
struct SequenceFields {
  private var position: BytePointer
  private let end: BytePointer
  private let format: DelimitedFormat
  /// Whether the line is a comment.
  let isComment: Bool

  init(_ start: BytePointer, _ end: BytePointer, _ format: DelimitedFormat) {
    position = start
    self.end = end > start && end[-1] == carriageReturn ? end - 1 : end
    self.format = format
    isComment = start < end && format.comment.map { $0 == start.pointee } ?? false
  }

  @inline(__always)
  static func isSeparator(_ byte: UInt8, _ format: DelimitedFormat) -> Bool {
    byte == format.delimiter || (format.delimiter == UInt8(ascii: ",") && (byte == 0x20 || byte == 0x09))
  }

  /// The next field, which has a letter at least; nil behind the last one.
  mutating func next() -> FieldBytes? {
    while position < end, Self.isSeparator(position.pointee, format) { position += 1 }
    guard position < end else { return nil }
    let start = position
    while position < end, !Self.isSeparator(position.pointee, format) { position += 1 }
    return FieldBytes(start: start, count: position - start)
  }
}
