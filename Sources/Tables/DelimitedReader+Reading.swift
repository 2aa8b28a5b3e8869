extension DelimitedReader {
  /// Reads the columns `requests` of all rows; a column may be asked for more than once, as one type.
  ///
  /// - Throws: `DataError` that names the first line at fault: a field that is not of its column's type, is
  ///   empty or out of range, a row without the column, a line of more than 16 MiB, a quote never closed, text behind a
  ///   closing quote, a name that is not UTF-8; also where a column is missing and where there are no rows.
  package func read(_ requests: [ColumnRequest]) throws -> TableColumns {
    try readText(
      requests.map {
        var request = $0
        request.allowsLatin1 = $0.allowsLatin1 && allowsLatin1
        return request
      }
    )
  }

  /// The first rows, at most `count`, every field decoded as text.
  /// - Throws: `DataError` where a row is longer than 1 MiB, has a quote that is never closed or text behind a closing one.
  package func firstRows(_ count: Int) throws -> [[String]] {
    var rows: [[String]] = []
    var rest = body[...]
    while rows.count < count, let first = rest.first {
      if first == lineFeed || first == carriageReturn {
        rest = rest.dropFirst()
        continue
      }
      if first == format.comment {
        rest = rest.drop { $0 != lineFeed }
        continue
      }
      var fields = LineFields(FieldBytes(rebasing: rest.prefix(longestHeader)), format: format)
      var row: [String] = []
      while let field = fields.next() { row.append(String(decoding: field, as: UTF8.self)) }
      // A file of more bytes may close the quote behind what is looked at here.
      if let place = fields.openQuote, text.count <= longestHeader {
        let offset = text.count - rest.count + place
        throw lineError("a quote is opened here and never closed", at: offset)
      }
      if let stray = fields.stray {
        throw stray.error(
          in: FieldBytes(rebasing: rest),
          at: text.count - rest.count,
          of: text,
          file: name
        )
      }
      guard fields.isComplete || rest.count <= longestHeader, fields.openQuote == nil else {
        throw DataError("row \(rows.count + 1) is longer than \(longestHeader) bytes", file: name)
      }
      rows.append(row)
      rest = rest.dropFirst(fields.position)
    }
    return rows
  }

  var takesRest: Int { format.extraFields == .join ? header.count - 1 : -1 }

  var noRows: String { format.hasHeader ? "the file has a header but no rows" : "the file has no rows" }

  func label(_ index: Int) -> String {
    format.hasHeader ? "column '\(header[index])'" : "column \(index + 1)"
  }

  func pieces() throws -> Pieces { try Pieces(body, at: bodyOffset, of: self, quotes: format) }

  func parse(_ chunk: Chunk, _ plans: UnsafeBufferPointer<FieldPlan>, isQuoted: Bool) -> ChunkResult {
    let line = LineShape(
      unwantedAtEnd: header.count - 1 - (plans.last?.index ?? 0),
      extraFields: format.extraFields
    )
    var parser = ChunkParser(chunk: chunk, plans: plans, format: format, line: line)
    if isQuoted { parser.parseQuoted() } else { parser.parsePlain() }
    return parser.sink.result
  }

  func fieldCountMessage(_ failure: RowFailure, index: Int) -> String {
    let start = text[failure.fileOffset...].prefix(longestLine)
    var fields = LineFields(FieldBytes(rebasing: start), format: format)
    var count = 0
    while fields.next() != nil { count += 1 }
    if case .tooFewFields = failure.problem { return "expected at least \(index + 1) fields, got \(count)" }
    let first = format.hasHeader ? "the header has" : "the first row has"
    return
      "expected \(header.count) fields, as \(first), got \(count); a field with a delimiter in it takes double quotes; "
      + "else set data.extra_fields: 'join' gives what is left of a line to the last column, 'cut' leaves it out"
  }
}
