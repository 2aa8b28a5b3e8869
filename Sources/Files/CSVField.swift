/// Fields of comma-separated text (RFC 4180): the one place that knows when they take quotes.
package enum CSVField {
  /// `text` as one field: in quotes where it holds a comma, a quote, a line end or outer spaces, its own quotes doubled.
  /// - Parameter quotesEmpty: whether an empty text takes quotes, to be told from one that is not there.
  package static func quoted(_ text: String, quotesEmpty: Bool = false) -> String {
    let bytes = text.utf8
    let needsQuotes =
      bytes.isEmpty
      ? quotesEmpty
      : bytes.contains { ",\"\n\r".utf8.contains($0) } || bytes.first == 0x20 || bytes.last == 0x20
    guard needsQuotes else { return text }
    // By bytes: with a combining mark behind it a quote is no `Character` of its own.
    let quote = UInt8(ascii: "\"")
    let doubled = bytes.flatMap { $0 == quote ? [quote, quote] : [$0] }
    return String(decoding: [quote] + doubled + [quote], as: UTF8.self)
  }
}
