import FoundationEssentials

/// Values of ours as JSON and back, where nobody else reads the text: keys are sorted; NaN and the infinities, which JSON
/// lacks, are texts. What others read is a ``JSONValue``.
package enum CodableJSON {
  private static let (infinity, negativeInfinity, nan) = ("inf", "-inf", "nan")

  /// The text of a value on one line, or over several where it is `indented`; no line end at the end.
  package static func text(_ value: some Encodable, indented: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if indented { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity,
      negativeInfinity: negativeInfinity,
      nan: nan
    )
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// As ``text(_:indented:)``, with ``Secrets`` masked in its texts. A secret that is a word by which the value is read, too, stands.
  /// - Parameter isWhole: whether a masked value is still what its readers take it for.
  package static func masked<T: Codable>(_ value: T, isWhole: (T) -> Bool = { _ in true }) throws -> String {
    Secrets.masked(json: try text(value)) { masked in
      (try? Self.value(T.self, from: masked)).map(isWhole) ?? false
    }
  }

  /// The value of a text.
  /// - Throws: `DecodingError` where it is no JSON, or not of such a value.
  package static func value<T: Decodable>(_ type: T.Type, from text: some StringProtocol) throws -> T {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity,
      negativeInfinity: negativeInfinity,
      nan: nan
    )
    return try decoder.decode(type, from: Data(text.utf8))
  }
}
