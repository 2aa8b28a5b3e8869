import Files

/// JSON text in the ledger's columns.
enum LedgerJSON {
  /// The text of a value.
  static func text(_ value: some Encodable) throws -> String {
    try CodableJSON.text(value)
  }

  /// The value of a text; `what` names it where it cannot be read.
  static func value<T: Decodable>(_ type: T.Type, from text: String, what: String) throws -> T {
    do {
      return try CodableJSON.value(type, from: text)
    } catch is DecodingError {
      throw LedgerError("the file is damaged: expected JSON for \(what), found \(text.prefix(80))")
    }
  }
}
