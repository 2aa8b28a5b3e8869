/// How a delimited text file is written.
package struct DelimitedFormat: Sendable, Hashable {
  /// The byte between fields: a comma unless told otherwise; never a quote, a line end or a digit.
  package var delimiter: UInt8 = UInt8(ascii: ",")
  /// Whether the first line names the columns; without it columns go by number, from 1.
  package var hasHeader = true
  /// Whether a field may stand in double quotes (RFC 4180: `""` is a quote, line ends may stand inside).
  ///
  /// Turned off, a quote is a letter like any other, as in tab-separated files with titles in them.
  package var allowsQuotes = true
  /// What becomes of a row with more fields than the first line has.
  package var extraFields = ExtraFields.error

  /// Makes the usual format: commas, a header, quotes allowed.
  package init(
    delimiter: UInt8 = UInt8(ascii: ","),
    hasHeader: Bool = true,
    allowsQuotes: Bool = true,
    extraFields: ExtraFields = .error
  ) {
    self.delimiter = delimiter
    self.hasHeader = hasHeader
    self.allowsQuotes = allowsQuotes
    self.extraFields = extraFields
  }

  /// Checks that the delimiter can be told from digits, signs, quotes and line ends.
  func check(file: String) throws {
    let letter = Unicode.Scalar(delimiter)
    let isBad =
      delimiter >= 0x80 || delimiter == 0 || "\"\n\r-+.".utf8.contains(delimiter)
      || letter.properties.isAlphabetic || (0x30...0x39).contains(delimiter)
    guard isBad else { return }
    throw DataError(
      "expected one punctuation mark, tab or space as delimiter, got \(quotedBytes([delimiter]))",
      file: file
    )
  }
}

/// What becomes of a row with more fields than the file's first line.
package enum ExtraFields: String, CaseIterable, Sendable, Hashable {
  /// It is an error that names the line.
  case error
  /// The fields beyond the last column are not looked at.
  case cut
  /// They belong to the last column, whose field is everything up to the end of the line.
  case join
}

/// A column of a file, by its name in the header or by its number from 1.
package enum ColumnSelector: Sendable, Hashable, CustomStringConvertible {
  /// The column with this name.
  case name(String)
  /// The column at this place, counted from 1.
  case number(Int)

  /// The name, or the number in digits.
  package var description: String {
    switch self {
    case .name(let name): name
    case .number(let number): String(number)
    }
  }
}

/// What the fields of a column are read as.
package enum ColumnType: Sendable, Hashable {
  /// Whole numbers within Int64, which may be written as `12.0`; anything else is an error.
  case integer
  /// Decimal numbers as Double.
  case real
  /// Text ids: codes into the sorted distinct names.
  case name
  /// Integers where every field is one as a program writes it, names otherwise: `007`, `+7` and `7.0` are names, so that
  /// nothing is lost of them and they are not taken for each other.
  case integerOrName
  /// Likewise, and `-7` is a name too.
  case identifier

  /// Whether one field that is no integer makes names of the column.
  var mayBeNames: Bool { self == .integerOrName || self == .identifier }
}

/// What becomes of a row whose field is empty.
package enum EmptyFieldRule: Sendable, Hashable {
  /// It is an error that names the line.
  case fail
  /// The row is left out and counted.
  case dropRow
  /// The field counts as 0 (integer), NaN (real) or the empty name.
  case substitute
}

/// One column to read from a file.
package struct ColumnRequest: Sendable, Hashable {
  /// Which column.
  package var selector: ColumnSelector
  /// What its fields are read as.
  package var type: ColumnType
  /// What becomes of rows whose field is empty.
  package var empty: EmptyFieldRule

  /// Asks for the column `selector` as `type`; an empty field is an error unless `empty` says otherwise.
  package init(_ selector: ColumnSelector, as type: ColumnType, empty: EmptyFieldRule = .fail) {
    self.selector = selector
    self.type = type
    self.empty = empty
  }
}

/// The values of one column, one for each row.
package enum ColumnValues: Sendable, Equatable {
  /// Whole numbers.
  case integers([Int64])
  /// Decimal numbers.
  case reals([Double])
  /// `codes[row]` is the place of the row's name in `names`, which are distinct and sorted by their bytes.
  case names(codes: [Int32], names: [String])

  /// The number of rows.
  package var count: Int {
    switch self {
    case .integers(let values): values.count
    case .reals(let values): values.count
    case .names(let codes, _): codes.count
    }
  }
}

/// What was read from a file.
package struct DelimitedTable: Sendable, Equatable {
  /// The columns in the order in which they were asked for.
  package var columns: [ColumnValues]
  /// The number of rows in each of them.
  package var rows: Int
  /// How many rows were left out because a field was empty (`EmptyFieldRule.dropRow`).
  package var droppedRows: Int
  /// For each column that could have been integers and is not, the first field that is none.
  package var namesSince: [String?]
}

/// Bytes as they stand in a message: in single quotes, control bytes escaped, long ones cut at 40 bytes.
package func quotedBytes(_ bytes: some Collection<UInt8>) -> String {
  var text = ""
  for scalar in String(decoding: bytes.prefix(40), as: UTF8.self).unicodeScalars {
    switch scalar {
    case "\t": text += "\\t"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\0"..<" ": text += "\\u{\(String(scalar.value, radix: 16))}"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return bytes.count > 40 ? "'\(text)…' (\(bytes.count) bytes)" : "'\(text)'"
}
