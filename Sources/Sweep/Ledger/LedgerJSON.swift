import Foundation

/// JSON text in the ledger's columns: keys sorted; NaN and the infinities, which JSON lacks, as texts.
enum LedgerJSON {
  /// The text of a value.
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// The value of a text; `what` names it where it cannot be read.
  static func value<T: Decodable>(_ type: T.Type, from text: String, what: String) throws -> T {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch is DecodingError {
      throw LedgerError("the file is damaged: expected JSON for \(what), found \(text.prefix(80))")
    }
  }
}
