import FoundationEssentials
import Report

extension ReportDocument {
  /// The name of the file that holds a run's document.
  package static let file = "report.json"

  /// The document as JSON, keys sorted; numbers that are not finite are texts.
  package var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf",
        negativeInfinity: "-inf",
        nan: "nan"
      )
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }

  /// Reads what `json` wrote.
  /// - Throws: `DecodingError` where it is no document, or one of another version.
  package init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    self = try decoder.decode(ReportDocument.self, from: Data(json.utf8))
    guard version == Self.version else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: [],
          debugDescription: "it is of version \(version), this program reads \(Self.version)"
        )
      )
    }
  }
}
