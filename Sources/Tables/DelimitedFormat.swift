/// How a delimited text file is written.
package struct DelimitedFormat: Sendable, Hashable {
  /// The byte between fields: a comma unless told otherwise; never a quote, a line end or a digit.
  package var delimiter: UInt8 = UInt8(ascii: ",")
  /// Whether it stands twice between fields, as in `1::1193::5`; once it is then a letter like any other.
  package var isDoubled = false
  /// Whether the first line names the columns; without it columns go by number, from 1.
  package var hasHeader = true
  /// Whether a field may stand in double quotes (RFC 4180: `""` is a quote, line ends may stand inside).
  ///
  /// Turned off, a quote is a letter like any other, as in tab-separated files with titles in them.
  package var allowsQuotes = true
  /// What becomes of a row with more fields than the first line has.
  package var extraFields = ExtraFields.error
  /// How many lines stand before the first one that counts.
  package var skippedRows = 0
  /// Lines that begin with this byte are passed over.
  package var comment: UInt8?

  /// Makes the usual format: commas, a header, quotes allowed.
  package init(
    delimiter: UInt8 = UInt8(ascii: ","),
    isDoubled: Bool = false,
    hasHeader: Bool = true,
    allowsQuotes: Bool = true,
    extraFields: ExtraFields = .error,
    skippedRows: Int = 0,
    comment: UInt8? = nil
  ) {
    self.delimiter = delimiter
    self.isDoubled = isDoubled
    self.hasHeader = hasHeader
    self.allowsQuotes = allowsQuotes
    self.extraFields = extraFields
    self.skippedRows = skippedRows
    self.comment = comment
  }

  /// What stands between fields.
  package var delimiterText: String {
    String(repeating: String(UnicodeScalar(delimiter)), count: isDoubled ? 2 : 1)
  }

  /// Checks that the delimiter can be told from digits, signs, quotes and line ends.
  func check(file: String) throws {
    let letter = Unicode.Scalar(delimiter)
    let isBad =
      delimiter >= 0x80 || delimiter == 0 || "\"\n\r-+.".utf8.contains(delimiter)
      || letter.properties.isAlphabetic || (0x30...0x39).contains(delimiter)
    if let comment, comment >= 0x80 || comment <= 0x20 || comment == quote || comment == delimiter {
      throw DataError(
        "expected a punctuation mark or a letter other than quote and delimiter to begin comments with, got "
          + quotedBytes([comment]),
        file: file
      )
    }
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
