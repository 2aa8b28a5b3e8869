import Glibc

/// The longest line that is taken for one; a longer one is a file of another kind, or damaged.
let longestLine = 16 << 20

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let quote = UInt8(ascii: "\"")
let apostrophe = UInt8(ascii: "'")

/// A run of whole lines, the last one closed by a line feed.
struct Chunk {
  var start: BytePointer
  var end: BytePointer
  /// Where `start` stands in the file.
  var fileOffset: Int
  /// At least as many rows as the chunk holds.
  var rowBound = 0
  /// Where the chunk's first row goes in the output.
  var firstRow = 0
  /// The number of its first line, from 1, where a form has use for it.
  var firstLine = 1
}

/// How many fields a line may have.
struct LineShape {
  /// How many columns stand behind the last wanted one.
  var unwantedAtEnd: Int
  /// What becomes of a line that has more fields than there are columns.
  var extraFields: ExtraFields
}

/// Parses the wanted fields of one chunk into the output columns.
///
/// Loops over a line look for its end and not for that of the chunk. Where another process writes to the file meanwhile the
/// end may be gone: they then find one in a later chunk, or behind the file (``FileBytes``), and the row is refused.
struct ChunkParser {
  let chunk: Chunk
  let plans: UnsafeBufferPointer<FieldPlan>
  let delimiter: UInt8
  private(set) var sink: FieldSink
  private let line: LineShape
  private let comment: UInt8?
  private var scratch: [UInt8] = []

  init(chunk: Chunk, plans: UnsafeBufferPointer<FieldPlan>, format: DelimitedFormat, line: LineShape) {
    self.chunk = chunk
    self.plans = plans
    delimiter = format.delimiter
    comment = format.comment
    self.line = line
    sink = FieldSink(plans, chunk)
  }

  /// Goes through the lines; no field is quoted.
  mutating func parsePlain() {
    var position = chunk.start
    while position < chunk.end {
      let line = position
      if skipIdleLine(&position) { continue }
      guard hasRoom(at: line), let isKept = plainRow(&position) else { return }
      let isWhole = finishPlainLine(&position)
      guard isWhole || self.line.extraFields != .error else { return failOnExtraFields(line) }
      position += 1
      guard finishRow(from: line, to: position, isKept: isKept) else { return }
    }
  }

  /// Goes through the lines; a field may stand in quotes, with line ends inside.
  mutating func parseQuoted() {
    var position = chunk.start
    while position < chunk.end {
      let line = position
      if skipIdleLine(&position) { continue }
      guard hasRoom(at: line), let isKept = quotedRow(&position) else { return }
      var further = 0
      while position < chunk.end, position.pointee != lineFeed {
        if position.pointee == delimiter {
          further += 1
          position += 1
        }
        skipQuotedField(&position, end: chunk.end, delimiter: delimiter)
        if position.pointee == carriageReturn { position += 1 }
      }
      guard further <= self.line.unwantedAtEnd || self.line.extraFields != .error else {
        return failOnExtraFields(line)
      }
      position += 1
      guard finishRow(from: line, to: position, isKept: isKept) else { return }
    }
  }

  /// Moves `position` from behind the last wanted field to the line feed; false where more fields follow than there are
  /// columns.
  @inline(__always)
  private func finishPlainLine(_ position: inout BytePointer) -> Bool {
    if position.pointee == lineFeed { return true }
    var further = 0
    let (marks, feeds) = (repeated(delimiter), repeated(lineFeed))
    while chunk.end - position >= 8 {
      let word = UnsafeRawPointer(position).loadUnaligned(as: UInt64.self).littleEndian
      let ends = zeroBytes(word ^ feeds)
      let found = zeroBytes(word ^ marks)
      guard ends != 0 else {
        further &+= found.nonzeroBitCount
        position += 8
        continue
      }
      // Only what stands before the line's end counts.
      let place = ends.trailingZeroBitCount
      further &+= (found & ((1 &<< UInt64(place)) &- 1)).nonzeroBitCount
      position += place >> 3
      return further <= line.unwantedAtEnd
    }
    while position.pointee != lineFeed {
      further &+= position.pointee == delimiter ? 1 : 0
      position += 1
    }
    return further <= line.unwantedAtEnd
  }

  private mutating func failOnExtraFields(_ line: BytePointer) {
    guard let plan = plans.first else { return }
    fail(.tooManyFields, at: line, plan)
  }

  /// Reads the wanted fields of one line; true where the row counts, false where it is dropped, nil on failure.
  @inline(__always)
  private mutating func plainRow(_ position: inout BytePointer) -> Bool? {
    let line = position
    var isKept = true
    var start = position
    for plan in plans {
      var skip = plan.skip
      if skip < 0 { position = start }
      while skip > 0 {
        let byte = position.pointee
        if byte == delimiter {
          skip &-= 1
        } else if byte == lineFeed {
          fail(.tooFewFields, at: line, plan)
          return nil
        }
        position += 1
      }
      start = position
      if let value = wantedDigits(&position, plan) {
        sink.storeInteger(value, plan)
        continue
      }
      position = start
      if plan.takesRest {
        while position.pointee != lineFeed { position += 1 }
      } else {
        while position.pointee != delimiter, position.pointee != lineFeed { position += 1 }
      }
      var count = position - start
      if position.pointee == lineFeed, count > 0, position[-1] == carriageReturn { count -= 1 }
      guard let kept = store(FieldBytes(start: start, count: count), at: start, plan) else { return nil }
      isKept = isKept && kept
    }
    return isKept
  }

  private mutating func quotedRow(_ position: inout BytePointer) -> Bool? {
    let line = position
    var isKept = true
    var start = position
    for plan in plans {
      var skip = plan.skip
      if skip < 0 { position = start }
      while skip > 0 {
        if position.pointee == delimiter {
          position += 1
          skip -= 1
          if skip == 0 { break }
        }
        skipQuotedField(&position, end: chunk.end, delimiter: delimiter)
        if position.pointee != delimiter {
          fail(.tooFewFields, at: line, plan)
          return nil
        }
      }
      start = position
      if let value = wantedDigits(&position, plan) {
        sink.storeInteger(value, plan)
        continue
      }
      position = start
      skipQuotedField(&position, end: chunk.end, delimiter: delimiter)
      if plan.takesRest, start.pointee != quote {
        while position.pointee != lineFeed { position += 1 }
        if position[-1] == carriageReturn, position > start { position -= 1 }
      }
      let raw = FieldBytes(start: start, count: position - start)
      guard raw.first == quote else {
        guard let kept = store(raw, at: start, plan) else { return nil }
        isKept = isKept && kept
        continue
      }
      decodeQuoted(raw, into: &scratch)
      // The memory is taken out of `self`, so that storing may change the rest of it.
      let decoded = scratch
      let kept = decoded.withUnsafeBufferPointer { store($0, at: start, plan, isTemporary: true) }
      guard let kept else { return nil }
      isKept = isKept && kept
    }
    return isKept
  }

  /// The digits from `position` on up to the field's end, where the column holds integers and they are written as its
  /// type has them; nil, with `position` anywhere, where the field has to be looked at as a whole.
  @inline(__always)
  private func wantedDigits(_ position: inout BytePointer, _ plan: FieldPlan) -> Int64? {
    guard plan.takesDigits else { return nil }
    let start = position
    guard let value = plainDigits(&position, end: chunk.end), isFieldEnd(position),
      !plan.takesRest || position.pointee != delimiter
    else { return nil }
    return start.pointee == 0x30 && position - start > 1 && plan.type.mayBeNames ? nil : value
  }

  /// Passes over a line that holds nothing, or a comment.
  @inline(__always)
  private func skipIdleLine(_ position: inout BytePointer) -> Bool {
    if position.pointee == lineFeed {
      position += 1
      return true
    }
    if let comment, position.pointee == comment {
      while position.pointee != lineFeed { position += 1 }
      position += 1
      return true
    }
    guard position.pointee == carriageReturn, position[1] == lineFeed else { return false }
    position += 2
    return true
  }

  @inline(__always)
  private mutating func hasRoom(at line: BytePointer) -> Bool {
    sink.hasRoom(at: chunk.fileOffset + (line - chunk.start))
  }

  /// Counts a row; false where its line is too long, or does not end in the chunk.
  @inline(__always)
  private mutating func finishRow(from line: BytePointer, to next: BytePointer, isKept: Bool) -> Bool {
    if next - line > longestLine, let plan = plans.first {
      fail(.lineTooLong, at: line, plan)
      return false
    }
    guard next <= chunk.end else {
      sink.failOnChange(at: chunk.fileOffset + (line - chunk.start))
      return false
    }
    sink.finishRow(isKept: isKept)
    return true
  }

  @inline(__always)
  private func isFieldEnd(_ position: BytePointer) -> Bool {
    let byte = position.pointee
    return byte == delimiter || byte == lineFeed || (byte == carriageReturn && position[1] == lineFeed)
  }

  private mutating func store(
    _ field: FieldBytes,
    at start: BytePointer,
    _ plan: FieldPlan,
    isTemporary: Bool = false
  ) -> Bool? {
    sink.store(field, at: chunk.fileOffset + (start - chunk.start), plan, isTemporary: isTemporary)
  }

  private mutating func fail(_ problem: RowFailure.Problem, at position: BytePointer, _ plan: FieldPlan) {
    sink.fail(problem, at: chunk.fileOffset + (position - chunk.start), plan)
  }
}
