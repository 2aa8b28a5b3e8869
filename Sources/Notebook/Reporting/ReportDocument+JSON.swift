import Files
import Report

extension ReportDocument {
  /// The name of the file that holds a run's document.
  package static let file = "report.json"

  /// The document as JSON, keys sorted; numbers that are not finite are texts.
  package var json: String {
    get throws { try CodableJSON.text(self) + "\n" }
  }

  /// Reads what `json` wrote.
  /// - Throws: `DecodingError` where it is no document, or one of another version.
  package init(json: String) throws {
    self = try CodableJSON.value(ReportDocument.self, from: json)
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
