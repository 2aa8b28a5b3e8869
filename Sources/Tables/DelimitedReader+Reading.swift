import Glibc

extension DelimitedReader {
  /// Reads the columns `requests` of all rows; a column may be asked for more than once, as one type.
  ///
  /// - Throws: `DataError` that names the first line at fault: a field that is not of its column's type, is
  ///   empty or out of range, a row without the column, a line of more than 16 MiB, a quote never closed, a
  ///   name that is not UTF-8; also where a column is missing and where there are no rows.
  package func read(_ requests: [ColumnRequest]) throws -> TableColumns {
    try checkForm()
    var wanted: [WantedColumn] = []
    var places: [Int] = []
    for wish in requests {
      var request = wish
      request.type = wish.type.fieldType
      let index = try index(of: request.selector)
      if let known = wanted.firstIndex(where: { $0.index == index }) {
        try wanted[known].merge(request, header: header[index], file: name)
        places.append(known)
      } else {
        places.append(wanted.count)
        wanted.append(
          WantedColumn(
            index: index,
            type: request.type,
            empty: request.empty,
            allowsLatin1: request.allowsLatin1
          )
        )
      }
    }
    try guessNames(&wanted)
    let table = try readDistinct(wanted)
    return TableColumns(
      columns: zip(places, requests).map { table.columns[$0].made(as: $1.type) },
      rows: table.rows,
      droppedRows: table.droppedRows,
      namesSince: places.map { table.namesSince[$0] }
    )
  }

  /// The first rows, at most `count`, every field decoded as text.
  /// - Throws: `DataError` where a row is longer than 1 MiB or has a quote that is never closed.
  package func firstRows(_ count: Int) throws -> [[String]] {
    var rows: [[String]] = []
    var rest = body[...]
    while rows.count < count, let first = rest.first {
      if first == lineFeed || first == carriageReturn {
        rest = rest.dropFirst()
        continue
      }
      var fields = LineFields(FieldBytes(rebasing: rest.prefix(longestHeader)), format: format)
      var row: [String] = []
      while let field = fields.next() { row.append(String(decoding: field, as: UTF8.self)) }
      // A file of more bytes may close the quote behind what is looked at here.
      if let place = fields.openQuote, file.bytes.count <= longestHeader {
        let offset = file.bytes.count - rest.count + place
        throw lineError("a quote is opened here and never closed", at: offset)
      }
      guard fields.isComplete || rest.count <= longestHeader, fields.openQuote == nil else {
        throw DataError("row \(rows.count + 1) is longer than \(longestHeader) bytes", file: name)
      }
      rows.append(row)
      rest = rest.dropFirst(fields.position)
    }
    return rows
  }

  /// A column of text ids would be parsed twice: once as integers in vain. The first rows tell most of them.
  private func guessNames(_ wanted: inout [WantedColumn]) throws {
    guard wanted.contains(where: { $0.type.mayBeNames }), let rows = try? firstRows(20) else { return }
    for place in wanted.indices where wanted[place].type.mayBeNames {
      let (index, type) = (wanted[place].index, wanted[place].type)
      let name = rows.lazy.compactMap { index < $0.count ? $0[index] : nil }.first { $0.isName(in: type) }
      guard let name else { continue }
      wanted[place].becomeNames(since: name)
    }
  }

  private func readDistinct(_ wanted: [WantedColumn]) throws -> TableColumns {
    var wanted = wanted
    let pieces = try Pieces(self)
    while true {
      let pass = ReadingPass(pieces, wanted, of: self)
      // In a column that may be names, the first field that is no integer makes all of them names.
      if let failure = pass.failure {
        if case .notAnInteger(let bytes) = failure.problem, wanted[failure.column].type.mayBeNames {
          wanted[failure.column].becomeNames(since: String(decoding: bytes, as: UTF8.self))
          continue
        }
        throw error(failure, wanted[failure.column])
      }
      guard pass.rows + pass.dropped > 0 else {
        var error = DataError(
          format.hasHeader ? "the file has a header but no rows" : "the file has no rows",
          file: name
        )
        error.isOfNoRows = true
        throw error
      }
      if let offset = pass.invalidNameOffset { throw lineError("a name is not UTF-8", at: offset) }
      return TableColumns(
        columns: pass.columns,
        rows: pass.rows,
        droppedRows: pass.dropped,
        namesSince: wanted.map(\.namesSince)
      )
    }
  }

  /// An error about the line in which the byte at `offset` of the file stands.
  func lineError(_ message: String, at offset: Int) -> DataError {
    let all = file.bytes.bindMemory(to: UInt8.self)
    return DataError(message, file: name, line: Self.lineNumber(all, at: offset))
  }

  private func fieldCount(at fileOffset: Int) -> Int {
    let start = body[(fileOffset - bodyOffset)...].prefix(longestLine)
    var fields = LineFields(FieldBytes(rebasing: start), format: format)
    var count = 0
    while fields.next() != nil { count += 1 }
    return count
  }

  private func error(_ failure: RowFailure, _ wanted: WantedColumn) -> DataError {
    let column = format.hasHeader ? "column '\(header[wanted.index])'" : "column \(wanted.index + 1)"
    let message: String
    switch failure.problem {
    case .tooFewFields:
      message = "expected at least \(wanted.index + 1) fields, got \(fieldCount(at: failure.fileOffset))"
    case .tooManyFields:
      let first = format.hasHeader ? "the header has" : "the first row has"
      message =
        "expected \(header.count) fields, as \(first), got \(fieldCount(at: failure.fileOffset)); a field with a "
        + "delimiter in it takes double quotes; else set data.extra_fields: 'join' gives what is left of a line to the "
        + "last column, 'cut' leaves it out"
    case .emptyField: message = "\(column): expected a value, got an empty field"
    case .notAnInteger(let bytes): message = "\(column): expected an integer, got \(quotedBytes(bytes))"
    case .notANumber(let bytes): message = "\(column): expected a number, got \(quotedBytes(bytes))"
    case .outOfRange(let bytes) where wanted.type == .real:
      message = "\(column): expected a finite number, got \(quotedBytes(bytes))"
    case .outOfRange(let bytes):
      message = "\(column): expected an integer from \(Int64.min) to \(Int64.max), got \(quotedBytes(bytes))"
    case .lineTooLong:
      message = "the line is longer than \(longestLine) bytes: is this a delimited text file?"
    }
    return lineError(message, at: failure.fileOffset)
  }
}

extension WantedColumn {
  /// Its fields are names, since `name` is one.
  fileprivate mutating func becomeNames(since name: String) {
    type = .name
    namesSince = namesSince ?? name
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
}
