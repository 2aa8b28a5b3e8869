import Files

/// Reads chosen fields of a file with a JSON object a line, in parallel.
///
/// Columns are the paths to values, keys joined by dots: `user.id`. A field that is not there or null is empty; numbers,
/// `true` and `false` are their text, so that the number 7 and the string "7" are the same id. Every line is checked as a
/// whole, whatever is asked of it. Blank lines are passed over. Where an object has a key twice, the last one counts.
final class JSONLinesReader: TextTableReader {
  let name: String
  /// The paths of the first lines, in the order in which they come, and those asked for that only later lines have.
  private(set) var header: [String]
  let text: FieldBytes
  let threads: Int
  let pieceBytes: Int
  private let file: FileBytes
  /// Whether all lines were looked through for the header.
  private let isWholeHeader: Bool

  /// How many lines are looked through for the header.
  static let headLines = 1000

  /// - Throws: `DataError` where the file has no line, or one of the first is broken.
  init(_ file: FileBytes, name: String, threads: Int, pieceBytes: Int = 1 << 20) throws {
    self.file = file
    self.name = name
    self.threads = max(threads, 1)
    self.pieceBytes = max(pieceBytes, 1)
    text = file.bytes.bindMemory(to: UInt8.self)
    var paths = JSONPaths()
    let parser = try JSONParser(file: name)
    var lines = JSONLines(text, isCut: file.isCut)
    var count = 0
    while count < Self.headLines, let line = try lines.next(name) {
      do {
        try parser.parsePaths(line.bytes) { paths.add($0, isNull: $1) }
      } catch {
        throw Self.broken(error, file: name, line: lineNumber(text, at: line.offset))
      }
      count += 1
    }
    guard count > 0 else {
      throw DataError(file.isCut ? tooLongLine : "the file is empty", file: name)
    }
    header = paths.leaves
    let further = try lines.next(name)
    isWholeHeader = !file.isCut && further == nil
  }

  var noRows: String { "the file has no rows" }

  /// The place of a path; one that the first lines lack is looked for in the others.
  func index(of selector: ColumnSelector) throws -> Int {
    guard case .name(let wanted) = selector, !header.contains(wanted), !isWholeHeader else {
      return try headerIndex(of: selector)
    }
    let isThere = try file.isCut ? true : holds(wanted)
    guard isThere else { throw missingColumn(wanted) }
    header.append(wanted)
    return header.count - 1
  }

  private func holds(_ path: String) throws -> Bool {
    let parser = try JSONParser([path], file: name)
    var lines = JSONLines(text, isCut: false)
    while let line = try lines.next(name) {
      do {
        try parser.parse(line.bytes)
      } catch {
        throw Self.broken(error, file: name, line: lineNumber(text, at: line.offset))
      }
      if parser.field(0).isThere { return true }
    }
    return false
  }

  func firstRows(_ count: Int) throws -> [[String]] {
    let parser = try JSONParser(header, file: name)
    var lines = JSONLines(text, isCut: file.isCut)
    var rows: [[String]] = []
    while rows.count < count, let line = try lines.next(name) {
      do {
        try parser.parse(line.bytes)
      } catch {
        throw Self.broken(error, file: name, line: lineNumber(text, at: line.offset))
      }
      rows.append(header.indices.map { String(decoding: parser.field($0).bytes, as: UTF8.self) })
    }
    return rows
  }

  func pieces() throws -> Pieces { try Pieces(text, at: 0, of: self) }

  func parse(_ chunk: Chunk, _ plans: UnsafeBufferPointer<FieldPlan>, isQuoted: Bool) -> ChunkResult {
    var sink = FieldSink(plans, chunk)
    guard let plan = plans.first else { return sink.result }
    guard let parser = try? JSONParser(plans.map { header[$0.index] }, file: name) else {
      sink.fail(.broken("not enough memory to parse it"), at: chunk.fileOffset, plan)
      return sink.result
    }
    var position = chunk.start
    while position < chunk.end {
      let end = endOfLine(position, chunk.end)
      let line = FieldBytes(start: position, count: end - position)
      let offset = chunk.fileOffset + (position - chunk.start)
      position = end + 1
      if isBlank(line) { continue }
      guard sink.hasRoom(at: offset) else { break }
      guard line.count <= longestLine else {
        sink.fail(.lineTooLong, at: offset, plan)
        break
      }
      do {
        try parser.parse(line)
      } catch {
        sink.fail(.broken(Self.message(error)), at: offset, plan)
        break
      }
      var isKept = true
      for (place, plan) in plans.enumerated() {
        guard let kept = sink.store(parser.field(place), of: parser, at: offset, plan) else {
          return sink.result
        }
        isKept = isKept && kept
      }
      sink.finishRow(isKept: isKept)
    }
    return sink.result
  }

  static func message(_ problem: JSONProblem) -> String { "column \(problem.offset + 1): \(problem.message)" }

  private static func broken(_ problem: JSONProblem, file: String, line: Int) -> DataError {
    DataError(message(problem), file: file, line: line)
  }
}

/// The lines of a text that hold something.
struct JSONLines {
  private let text: FieldBytes
  private let isCut: Bool
  private var place = 0

  /// - Parameter isCut: whether the last line may go on.
  init(_ text: FieldBytes, isCut: Bool) {
    self.text = text
    self.isCut = isCut
  }

  /// The next line, and where it begins; nil behind the last one.
  /// - Throws: `DataError` where it is too long.
  mutating func next(_ file: String) throws -> (bytes: FieldBytes, offset: Int)? {
    guard let base = text.baseAddress else { return nil }
    while place < text.count {
      let start = place
      let end = endOfLine(base + start, base + text.count) - base
      place = end + 1
      if end == text.count, isCut { return nil }
      let line = FieldBytes(rebasing: text[start..<end])
      if isBlank(line) { continue }
      guard line.count <= longestLine else {
        throw DataError(tooLongLine, file: file, line: lineNumber(text, at: start))
      }
      return (line, start)
    }
    return nil
  }
}

/// The paths that were seen, in the order in which they first came.
struct JSONPaths {
  private var all: [String] = []
  private var hasValue: [String: Bool] = [:]

  mutating func add(_ path: FieldBytes, isNull: Bool) {
    let path = String(decoding: path, as: UTF8.self)
    if hasValue[path] == nil { all.append(path) }
    hasValue[path] = hasValue[path] == true || !isNull
  }

  /// The paths to values; one that never has any and is an object elsewhere is none.
  var leaves: [String] {
    all.filter { path in
      hasValue[path] == true || !all.contains { $0.utf8.starts(with: (path + ".").utf8) }
    }
  }
}
