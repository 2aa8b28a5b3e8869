import Files
import Report

extension ReportDocument {
  /// The name of the file that holds a run's document.
  package static let file = "report.json"

  /// The document as JSON, keys sorted; numbers that are not finite are texts.
  package var json: String {
    get throws { try CodableJSON.text(self) + "\n" }
  }

  /// Reads the document of the run in a folder.
  /// - Throws: `FileError` where there is none, `RunFailure` where it is no document that this program reads.
  package init(folder: String) throws { try self.init(record: FilePaths.join(folder, Self.file)) }

  /// Reads a document from the file that holds it.
  /// - Throws: as ``init(folder:)`` does.
  package init(record path: String) throws {
    let text = try MappedFile.readText(path)
    do { try self.init(json: text) } catch {
      let version = try? CodableJSON.value(Version.self, from: text).version
      if let version, version != Self.version {
        throw RunFailure(
          "'\(path)' is a record of version \(version), this program reads \(Self.version); run the recipe again"
        )
      }
      throw RunFailure("'\(path)' is damaged: it is no record of a run")
    }
  }

  private struct Version: Decodable { var version: Int }

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
