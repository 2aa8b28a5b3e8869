import Files
import Glibc

/// Reads chosen columns of a delimited text file (CSV, TSV and the like), in parallel.
///
/// The file is mapped, or unpacked where it is gzip or Zstandard, and cut at line ends into pieces that
/// threads parse on their own; the result does not depend on their number. Lines may end in `\n` or `\r\n`,
/// blank lines are passed over, a byte-order mark is dropped, and the last line needs no line end.
package final class DelimitedReader: TextTableReader {
  /// The file as messages call it.
  package let name: String
  /// How the text is written; a delimiter that stands twice in the file is ``unitSeparator`` in it.
  package let format: DelimitedFormat
  /// The names of the columns; their numbers, from 1, where there is no header.
  package let header: [String]

  let threads: Int
  let pieceBytes: Int
  /// Whether names that are not UTF-8 may be taken for Latin-1 where a request allows it: not where the encoding is set.
  let allowsLatin1: Bool
  private let file: FileBytes
  /// The delimiter as messages call it.
  private let shownDelimiter: String
  /// All of the file.
  let text: FieldBytes
  /// The rows: everything behind the byte-order mark and the header.
  let body: FieldBytes
  /// Where `body` begins in the file.
  let bodyOffset: Int

  /// Opens the file at `path` and reads its header.
  ///
  /// - Parameters:
  ///   - name: what messages call the file; its path if nil.
  ///   - encoding: how its letters are written.
  ///   - threads: how many threads parse, 1 or more.
  ///   - pieceBytes: the least one thread parses at a time.
  /// - Throws: `DataError` where the file is missing, a directory, unreadable, empty, damaged or no text.
  package convenience init(
    path: String,
    name: String? = nil,
    format: DelimitedFormat = DelimitedFormat(),
    encoding: TextEncoding = .auto,
    threads: Int = 1,
    pieceBytes: Int = 1 << 20
  ) throws {
    let shown = name ?? path
    try self.init(
      file: FileBytes.open(path: path, name: shown),
      name: shown,
      format: format,
      encoding: encoding,
      threads: threads,
      pieceBytes: pieceBytes
    )
  }

  /// A table in memory, with commas and a header, for what is read as a file's text would be.
  convenience init(bytes: [UInt8], name: String) throws {
    try self.init(
      file: FileBytes(copying: bytes, name: name),
      name: name,
      format: DelimitedFormat(),
      encoding: .auto,
      threads: 1
    )
  }

  init(
    file: FileBytes,
    name: String,
    format: DelimitedFormat,
    encoding: TextEncoding,
    threads: Int,
    pieceBytes: Int = 1 << 20,
    limit: Int? = nil
  ) throws {
    try format.check(file: name)
    var (file, format) = (try file.text(encoding, name: name, threads: threads), format)
    shownDelimiter = format.delimiterText == "\t" ? "tab" : "'\(format.delimiterText)'"
    if format.isDoubled {
      file = try file.joining(format, limit: limit, name: name)
      format.delimiter = unitSeparator
    }
    self.file = file
    self.name = name
    self.format = format
    self.threads = max(threads, 1)
    self.pieceBytes = max(pieceBytes, 1)
    allowsLatin1 = encoding == .auto
    text = file.bytes.bindMemory(to: UInt8.self)
    let start = try Self.start(text, format, name: name)
    let (fields, next) = try Self.firstLine(text, from: start, format: format, name: name)
    header = format.hasHeader ? fields : (1...fields.count).map(String.init)
    bodyOffset = format.hasHeader ? next : start
    body = FieldBytes(rebasing: text[bodyOffset...])
  }

  /// The names of the columns of the file at `path`, from its first bytes alone.
  ///
  /// - Throws: `DataError` as `init` does; damage further on in a compressed file is not noticed.
  package static func header(
    path: String,
    name: String? = nil,
    format: DelimitedFormat = DelimitedFormat()
  ) throws -> [String] {
    try head(path: path, name: name, format: format).header
  }

  /// A reader that sees the head of a compressed file only; of a plain one it maps, and so reads, no more.
  package static func head(
    path: String,
    name: String?,
    format: DelimitedFormat,
    encoding: TextEncoding = .auto
  ) throws -> DelimitedReader {
    let shown = name ?? path
    let limit = longestHeader + 1
    return try DelimitedReader(
      file: FileBytes.open(path: path, name: shown, limit: limit),
      name: shown,
      format: format,
      encoding: encoding,
      threads: 1,
      limit: limit
    )
  }

  /// The place, from 0, of the column that `selector` names.
  /// - Throws: `DataError` where there is no such column, or two; the message lists those there are.
  package func index(of selector: ColumnSelector) throws -> Int {
    if case .name(let wanted) = selector, !format.hasHeader {
      throw DataError(
        "no column '\(wanted)': the file has no header, so its columns are the numbers 1 to \(header.count)",
        file: name
      )
    }
    return try headerIndex(of: selector)
  }

  /// A file of another delimiter would pass as one column that is called after its first line.
  /// - Throws: `DataError` that names the delimiter it most likely has.
  package func checkForm() throws {
    guard header.count == 1, let first = body.isEmpty && !format.hasHeader ? nil : firstLineBytes,
      let found = otherDelimiter(in: first)
    else { return }
    throw DataError(
      "its first line has no \(shownDelimiter) and a \(found) in it; is that the delimiter? "
        + "Set data.delimiter, or data.items_delimiter for the item table",
      file: name
    )
  }

  /// What else may be the delimiter of a line, as messages call it.
  private func otherDelimiter(in line: [UInt8]) -> String? {
    let colon = UInt8(ascii: ":")
    if zip(line, line.dropFirst()).contains(where: { $0 == colon && $1 == colon }) { return "'::'" }
    let other = line.first { ",;\t|".utf8.contains($0) && $0 != format.delimiter }
    return other.map { $0 == UInt8(ascii: "\t") ? "tab" : quotedBytes([$0]) }
  }

  /// The first line as it stands in the file, where it has no quotes.
  private var firstLineBytes: [UInt8]? {
    let start = (try? Self.start(text, format, name: name)) ?? text.count
    let line = text[start...].drop { $0 == lineFeed || $0 == carriageReturn }.prefix(longestHeader)
      .prefix { $0 != lineFeed }
    return line.contains(quote) ? nil : Array(line)
  }

  // MARK: The first line

  /// Where the first line begins that counts: behind the byte-order mark, skipped lines, blank lines and comments.
  private static func start(_ text: FieldBytes, _ format: DelimitedFormat, name: String) throws -> Int {
    var start = 0
    for skipped in 0..<format.skippedRows {
      guard let next = text[start...].firstIndex(of: lineFeed) else {
        throw DataError(
          "expected more than the \(format.skippedRows) lines to skip, got \(skipped + 1)",
          file: name
        )
      }
      start = next + 1
    }
    try refuseJSON(FieldBytes(rebasing: text[start...]), name: name)
    while start < text.count {
      if text[start] == lineFeed || text[start] == carriageReturn {
        start += 1
      } else if text[start] == format.comment {
        start = text[start...].firstIndex(of: lineFeed).map { $0 + 1 } ?? text.count
      } else {
        return start
      }
    }
    throw DataError("the file is empty", file: name)
  }

  private static func refuseJSON(_ text: FieldBytes, name: String) throws {
    let start = text.prefix(longestHeader).drop { $0 <= 0x20 }
    let next = start.dropFirst().first { $0 > 0x20 }
    let isObject = start.first == UInt8(ascii: "{") && (next == quote || next == UInt8(ascii: "}"))
    let isList =
      start.first == UInt8(ascii: "[") && (next == UInt8(ascii: "{") || next == UInt8(ascii: "["))
    guard isObject || isList else { return }
    throw DataError("the file holds JSON; expected delimited text with a line for each row", file: name)
  }

  /// The fields of the line at `start`, and where the line behind it begins.
  private static func firstLine(
    _ text: FieldBytes,
    from start: Int,
    format: DelimitedFormat,
    name: String
  ) throws -> (fields: [String], next: Int) {
    let window = FieldBytes(rebasing: text[start..<min(text.count, start + longestHeader + 1)])
    var fields = LineFields(window, format: format)
    var names: [String] = []
    while let field = fields.next() {
      guard let text = String(validating: field, as: UTF8.self), !field.contains(0) else {
        throw DataError(
          field.contains(0)
            ? "the file is no text: its first line holds a zero byte"
            : "column \(names.count + 1) of the first line \(notUTF8)",
          file: name,
          line: lineNumber(text, at: start)
        )
      }
      names.append(text)
    }
    if fields.position > longestHeader || (window.count > longestHeader && !fields.isComplete) {
      throw DataError(
        "the first line is longer than \(longestHeader) bytes: is this a delimited text file?",
        file: name,
        line: lineNumber(text, at: start)
      )
    }
    if let place = fields.openQuote {
      throw DataError(
        "a quote is opened in the first line and never closed",
        file: name,
        line: lineNumber(text, at: start + place)
      )
    }
    if let stray = fields.stray { throw stray.error(in: window, at: start, of: text, file: name) }
    return (names, start + fields.position)
  }
}

/// The longest first line that is taken for a header.
let longestHeader = 1 << 20

/// Splits one line into decoded fields, with every bound checked; for headers and previews.
struct LineFields {
  private let bytes: FieldBytes
  private let format: DelimitedFormat
  private var isDone = false
  /// Behind the line's end once all fields were taken.
  private(set) var position = 0
  /// Whether a line feed closed the line.
  private(set) var isComplete = false
  /// The place of a quote that is opened and not closed before the bytes end.
  private(set) var openQuote: Int?
  /// The first text behind a closing quote.
  private(set) var stray: StrayText?

  init(_ bytes: FieldBytes, format: DelimitedFormat) {
    self.bytes = bytes
    self.format = format
  }

  /// The next field of the line, or nil behind the last one.
  mutating func next() -> [UInt8]? {
    guard !isDone else { return nil }
    var field: [UInt8] = []
    if format.allowsQuotes, position < bytes.count, bytes[position] == quote { takeQuoted(&field) }
    while position < bytes.count, bytes[position] != format.delimiter, bytes[position] != lineFeed {
      field.append(bytes[position])
      position += 1
    }
    isDone = position >= bytes.count || bytes[position] == lineFeed
    isComplete = position < bytes.count && isDone
    if isComplete, field.last == carriageReturn { field.removeLast() }
    if position < bytes.count { position += 1 }
    return field
  }

  private mutating func takeQuoted(_ field: inout [UInt8]) {
    let opening = position
    openQuote = opening
    position += 1
    while position < bytes.count {
      if bytes[position] == quote {
        guard position + 1 < bytes.count, bytes[position + 1] == quote else {
          openQuote = nil
          position += 1
          stray =
            stray ?? StrayText(bytes, opening: opening, at: position, delimiter: format.delimiter)
          return
        }
        position += 1
      }
      field.append(bytes[position])
      position += 1
    }
  }
}
