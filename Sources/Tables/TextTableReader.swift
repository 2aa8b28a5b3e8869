import Files
import Glibc

/// A table in a text file, of whatever form: what its lines are is the reader's, what becomes of fields is the same for all.
protocol TextTableReader: TableReader {
  /// All bytes of the file, by which lines are numbered.
  var text: FieldBytes { get }
  var threads: Int { get }
  /// The least that one thread parses at a time.
  var pieceBytes: Int { get }
  /// The column whose field is all that is left of a line, or -1.
  var takesRest: Int { get }
  /// What is said where there are no rows.
  var noRows: String { get }
  /// The rows, cut into pieces.
  func pieces() throws -> Pieces
  /// Takes the fields of one piece into the columns; called on several threads at once.
  func parse(_ chunk: Chunk, _ plans: UnsafeBufferPointer<FieldPlan>, isQuoted: Bool) -> ChunkResult
  /// The column at `index` as messages call it.
  func label(_ index: Int) -> String
  /// What is wrong with a row that has another number of fields than it should have.
  func fieldCountMessage(_ failure: RowFailure, index: Int) -> String
}

extension TextTableReader {
  var takesRest: Int { -1 }
  func checkForm() throws {}
  func label(_ index: Int) -> String { "column '\(header[index])'" }
  func fieldCountMessage(_ failure: RowFailure, index: Int) -> String { "" }

  /// An error about the line in which the byte at `offset` of the file stands.
  func lineError(_ message: String, at offset: Int) -> DataError {
    DataError(message, file: name, line: lineNumber(text, at: offset))
  }

  /// The place of the column that `selector` names in the header.
  func headerIndex(of selector: ColumnSelector) throws -> Int {
    switch selector {
    case .number(let number):
      guard (1...max(header.count, 1)).contains(number), number <= header.count else {
        throw DataError("no column \(number): the columns are 1 to \(header.count)", file: name)
      }
      return number - 1
    case .name(let wanted):
      let places = header.indices.filter { header[$0] == wanted }
      guard let place = places.first else { throw missingColumn(wanted) }
      guard places.count == 1 else {
        let numbers = places.map { String($0 + 1) }.joined(separator: " and ")
        throw DataError("the name '\(wanted)' stands over columns \(numbers); use the number", file: name)
      }
      return place
    }
  }

  func index(of selector: ColumnSelector) throws -> Int { try headerIndex(of: selector) }
  func read(_ requests: [ColumnRequest]) throws -> TableColumns { try readText(requests) }

  func missingColumn(_ wanted: String) -> DataError {
    let shown = header.prefix(30).map { quotedBytes($0.utf8).dropFirst().dropLast() }.joined(separator: ", ")
    let rest = header.count > 30 ? " and \(header.count - 30) more" : ""
    let hint = Suggestion.clause(for: wanted, among: header)
    return DataError("no column '\(wanted)': the columns are \(shown)\(rest)\(hint)", file: name)
  }

  /// Reads the columns `requests` of all rows; a column may be asked for more than once, as one type.
  ///
  /// - Throws: `DataError` that names the first line at fault: a field that is not of its column's type, is
  ///   empty or out of range, a line that is not as its form has it, or of more than 16 MiB, a name that is not
  ///   UTF-8; also where a column is missing and where there are no rows.
  func readText(_ requests: [ColumnRequest]) throws -> TableColumns {
    try checkForm()
    var wanted: [WantedColumn] = []
    var places: [Int] = []
    for request in requests {
      let index = try index(of: request.selector)
      let known = wanted.firstIndex { $0.index == index && $0.isSameColumn(as: request.type) }
      if let known {
        try wanted[known].merge(request, header: header[index], file: name)
        places.append(known)
      } else {
        places.append(wanted.count)
        wanted.append(WantedColumn(index, request))
      }
    }
    guessNames(&wanted)
    let table = try readDistinct(wanted)
    return TableColumns(
      columns: places.map { table.columns[$0] },
      rows: table.rows,
      droppedRows: table.droppedRows,
      namesSince: places.map { table.namesSince[$0] }
    )
  }

  /// A column of text ids would be parsed twice: once as integers in vain. The first rows tell most of them.
  private func guessNames(_ wanted: inout [WantedColumn]) {
    guard wanted.contains(where: { $0.type.mayBeNames }), let rows = try? firstRows(20) else { return }
    for place in wanted.indices where wanted[place].type.mayBeNames {
      let (index, type) = (wanted[place].index, wanted[place].type)
      let name = rows.lazy.compactMap { index < $0.count ? $0[index] : nil }.first { $0.isName(in: type) }
      guard let name else { continue }
      wanted[place].becomeNames(since: name)
    }
  }

  /// As many passes as it takes to know what the columns hold; the last one has them.
  private func readDistinct(_ wanted: [WantedColumn]) throws -> TableColumns {
    var wanted = wanted
    let pieces = try pieces()
    while true {
      let pass = ReadingPass(pieces.chunks, wanted, threads: threads, takesRest: takesRest) { chunk, plans in
        parse(chunk, plans, isQuoted: pieces.isQuoted)
      }
      if let failure = pass.failure {
        guard wanted[failure.column].takes(failure) else { throw error(failure, wanted[failure.column]) }
        continue
      }
      // Nothing is no whole number: what may be names is some then.
      let names = wanted.indices.filter { wanted[$0].type.mayBeNames && pass.hasEmpty[$0] }
      guard names.isEmpty else {
        for place in names { wanted[place].type = .name }
        continue
      }
      guard pass.rows + pass.dropped > 0 else {
        var error = DataError(noRows, file: name)
        error.isOfNoRows = true
        throw error
      }
      if let (column, offset) = pass.invalidName {
        throw lineError("\(label(wanted[column].index)): the text \(notUTF8)", at: offset)
      }
      return TableColumns(
        columns: try zip(pass.columns, wanted).map { values, column in
          guard column.type == .time, case .integers(let ticks) = values else { return values }
          return try column.times.values(ticks, counting: column.timeUnit, file: name)
        },
        rows: pass.rows,
        droppedRows: pass.dropped,
        namesSince: wanted.map(\.namesSince)
      )
    }
  }

  private func error(_ failure: RowFailure, _ wanted: WantedColumn) -> DataError {
    let column = label(wanted.index)
    let message: String
    switch failure.problem {
    case .tooFewFields, .tooManyFields: message = fieldCountMessage(failure, index: wanted.index)
    case .emptyField:
      message = "\(column): expected a value, got an empty field\(wanted.type == .vector ? "" : dropsAdvice)"
    case .notAnInteger(let bytes): message = "\(column): expected an integer, got \(quotedBytes(bytes))"
    case .notANumber(let bytes): message = "\(column): expected a number, got \(quotedBytes(bytes))"
    case .outOfRange(let bytes) where wanted.type == .real:
      message = "\(column): expected a finite number, got \(quotedBytes(bytes))"
    case .outOfRange(let bytes):
      message = "\(column): expected an integer from \(Int64.min) to \(Int64.max), got \(quotedBytes(bytes))"
    case .lineTooLong: message = tooLongLine
    case .notATime(let bytes), .timesAre(_, let bytes):
      message = "\(column): \(expectedTime), got \(quotedBytes(bytes))"
    case .mixedTimes(let bytes):
      message = "\(column): \(mixedTimes(bytes, wanted))"
    case .timeOutOfRange(let bytes):
      message =
        "\(column): \(quotedBytes(bytes)) is beyond what 64 bits count in \(wanted.times.unit.words), which the column takes"
    case .notAValue(let bytes):
      message =
        "\(column): expected one value, got \(quotedBytes(bytes)); a field of an object is asked for by its path, as in "
        + "'\(header[wanted.index]).id', and a list only where lists are read"
    case .notAVector(let bytes):
      message = "\(column): expected a list of finite numbers such as [0.5, 1], got \(quotedBytes(bytes))"
    case .width(let count, let usual):
      message = "\(column): expected a list of \(usual) numbers, as in the rows before, got \(count)"
    case .broken(let words): message = words
    }
    return lineError(message, at: failure.fileOffset)
  }

  private func mixedTimes(_ bytes: [UInt8], _ wanted: WantedColumn) -> String {
    let since = wanted.timesSince.map {
      "\(quotedBytes($0.text)) in line \(lineNumber(text, at: $0.fileOffset))"
    }
    let (expected, other) =
      if case .dates = wanted.times { ("a date", "a number") } else { ("a number", "a date") }
    return
      "expected \(expected), as \(since ?? "in other rows"), got \(other): \(quotedBytes(bytes)); write all times of "
      + "a column in one way"
  }
}

/// What a time may be, in a message.
let expectedTime = "expected a time: a whole or decimal number, or a date such as 2017-10-03T11:19:30Z"

/// What to do about an empty field, behind a message.
let dropsAdvice = "; set data.drop_incomplete to leave such rows out"

/// What is said of a line that is longer than any should be.
let tooLongLine =
  "the line is longer than \(longestLine) bytes: is this a text file with a line for each row?"

/// What is said of text that is not UTF-8, behind its name.
let notUTF8 =
  "is not UTF-8; if the file is Latin-1 or Windows-1252, set data.encoding, or data.items_encoding for the item table, to "
  + "latin-1 or cp1252"

/// The number, from 1, of the line in which the byte at `offset` stands.
func lineNumber(_ bytes: FieldBytes, at offset: Int) -> Int {
  guard var position = bytes.baseAddress else { return 1 }
  let end = position + min(offset, bytes.count)
  var line = 1
  while position < end, let found = memchr(position, Int32(lineFeed), end - position) {
    position = BytePointer(found.assumingMemoryBound(to: UInt8.self)) + 1
    line += 1
  }
  return line
}

extension WantedColumn {
  /// Its fields are names, since `name` is one.
  fileprivate mutating func becomeNames(since name: String) {
    type = .name
    namesSince = namesSince ?? name
  }

  /// Whether what went wrong only says what the column is, which the next pass reads it as.
  fileprivate mutating func takes(_ failure: RowFailure) -> Bool {
    switch failure.problem {
    // In a column that may be names, the first field that is no integer makes all of them names.
    case .notAnInteger(let bytes) where type.mayBeNames:
      becomeNames(since: String(decoding: bytes, as: UTF8.self))
    case .timesAre(let form, let bytes) where type == .time && form != times:
      times = form
      timesSince = timesSince ?? (bytes, failure.fileOffset)
    default: return false
    }
    return true
  }
}

extension String {
  /// Whether this field makes names of a column that is read as `type`.
  package func isName(in type: ColumnType) -> Bool {
    guard !isEmpty, type.mayBeNames else { return false }
    let number = Array(utf8).withUnsafeBufferPointer {
      canonicalIntegerField($0, allowsMinus: type == .integerOrName)
    }
    if case .notANumber = number { return true }
    return false
  }

  /// Whether this field is a time: a count, a decimal or a date.
  package var isTime: Bool {
    Array(utf8).withUnsafeBufferPointer { field in
      if case .value = integerField(field) { return true }
      return DecimalTime(field) != nil || Moment(field) != nil
    }
  }
}
