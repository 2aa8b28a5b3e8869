import Files
import Recipe
import Report

extension ReportDocument {
  /// The name of the file that holds a run's document.
  package static let file = "report.json"

  /// What the text begins with, up to the digest of all the rest.
  private static let digestHead = "{\"digest\":\""

  /// The document as JSON, keys sorted behind a digest of them; numbers that are not finite are texts. ``Secrets`` are masked.
  package var json: String {
    get throws {
      let keys = RecipeKeys.used(in: recipeText ?? "")
      let text = try CodableJSON.masked(self) { masked in
        RecipeKeys.stand(keys, in: masked.recipeText ?? "")
          && masked.cells.map(\.title) == cells.map(\.title)
          && masked.metrics.map(\.name) == metrics.map(\.name) && masked.run == run && masked.recipe == recipe
      }
      return "\(Self.digestHead)\(Digest(text))\"," + text.dropFirst() + "\n"
    }
  }

  /// The text without its digest, against which it is held; as it is where it has none, as older programs wrote it.
  /// - Throws: `DecodingError` where it is not as it was written.
  private static func checked(_ json: String) throws -> String {
    guard json.hasPrefix(digestHead) else { return json }
    let rest = json.utf8.dropFirst(digestHead.utf8.count)
    let digest = Digest(hexadecimal: String(decoding: rest.prefix(32), as: UTF8.self))
    var text = "{" + String(decoding: rest.dropFirst(34), as: UTF8.self)
    if text.hasSuffix("\n") { text.removeLast() }
    guard digest == Digest(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "it is not as it was written")
      )
    }
    return text
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
    let folder = FilePaths.name(of: FilePaths.real(FilePaths.parent(of: FilePaths.absolute(path))))
    if folder != run, Self.areGivenNames(folder, run) {
      throw RunFailure("'\(path)' is the record of another run, '\(run)': it was put into this run's folder")
    }
  }

  /// Whether the program calls runs so, or trials: a folder that users named may hold the record of any run.
  private static func areGivenNames(_ first: String, _ second: String) -> Bool {
    func isTrial(_ name: String) -> Bool {
      name.utf8.count >= 4 && name.utf8.allSatisfy { (48...57).contains($0) }
    }
    return RunID.isOne(first) && RunID.isOne(second) || isTrial(first) && isTrial(second)
  }

  private struct Version: Decodable { var version: Int }

  /// Reads what `json` wrote.
  /// - Throws: `DecodingError` where it is no document, or one of another version.
  package init(json: String) throws {
    self = try CodableJSON.value(ReportDocument.self, from: Self.checked(json))
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
