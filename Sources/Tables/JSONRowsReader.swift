import Files
import Glibc

/// Reads a file that is one JSON object, in which every key is a row: `{"4": [1, 2], "83": [4]}`.
///
/// The column `key` is the key. A value that is an object, as in `{"4": {"title": "Soap"}}`, has columns by its paths; any
/// other value is the column `values`. What is said of JSON lines holds here too.
final class JSONRowsReader: TextTableReader {
  let name: String
  let header: [String]
  let text: FieldBytes
  let threads = 1
  let pieceBytes = Int.max
  private let file: FileBytes
  private let rowBound: Int

  /// - Throws: `DataError` where the file is no such object.
  init(_ file: FileBytes, name: String) throws {
    self.file = file
    self.name = name
    text = file.bytes.bindMemory(to: UInt8.self)
    // Every key has a colon behind it.
    rowBound = occurrences(of: UInt8(ascii: ":"), in: text)
    var paths = JSONPaths()
    let parser = try JSONParser(file: name)
    do {
      try parser.parsePaths(text, ofRows: true) { paths.add($0, isNull: $1) }
    } catch {
      throw Self.broken(error, text, file: name)
    }
    header = ["key"] + paths.leaves.filter { $0 != "key" }
  }

  var noRows: String { "the file has no rows" }

  func firstRows(_ count: Int) throws -> [[String]] {
    let parser = try JSONParser(header, file: name)
    var rows: [[String]] = []
    guard count > 0 else { return rows }
    do {
      try parser.parseRows(text) {
        rows.append(header.indices.map { String(decoding: parser.field($0).bytes, as: UTF8.self) })
        return rows.count < count
      }
    } catch {
      throw Self.broken(error, text, file: name)
    }
    return rows
  }

  func pieces() throws -> Pieces {
    guard let start = text.baseAddress else { return Pieces(whole: nil) }
    return Pieces(whole: Chunk(start: start, end: start + text.count, fileOffset: 0, rowBound: rowBound))
  }

  func parse(_ chunk: Chunk, _ plans: UnsafeBufferPointer<FieldPlan>, isQuoted: Bool) -> ChunkResult {
    var sink = FieldSink(plans, chunk)
    guard let plan = plans.first else { return sink.result }
    do {
      let parser = try JSONParser(plans.map { header[$0.index] }, file: name)
      try parser.parseRows(text) {
        guard sink.hasRoom(at: 0) else { return false }
        var isKept = true
        for (place, plan) in plans.enumerated() {
          guard let kept = sink.store(parser.field(place), of: parser, at: 0, plan) else { return false }
          isKept = isKept && kept
        }
        sink.finishRow(isKept: isKept)
        return true
      }
    } catch let problem as JSONProblem {
      sink.fail(.broken(Self.message(problem, text)), at: problem.offset, plan)
    } catch {
      sink.fail(.broken("not enough memory to parse it"), at: 0, plan)
    }
    return sink.result
  }

  private static func message(_ problem: JSONProblem, _ text: FieldBytes) -> String {
    let before = text[..<min(problem.offset, text.count)]
    let column = problem.offset - (before.lastIndex(of: lineFeed) ?? -1)
    return "column \(column): \(problem.message)"
  }

  private static func broken(_ problem: JSONProblem, _ text: FieldBytes, file: String) -> DataError {
    DataError(message(problem, text), file: file, line: lineNumber(text, at: problem.offset))
  }
}
