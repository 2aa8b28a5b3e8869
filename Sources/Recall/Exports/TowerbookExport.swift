import Files

/// The model as ``SavedModel`` reads it again.
package enum TowerbookExport: ModelExport {
  package static func files(of saved: SavedModel) -> [ExportedFile] {
    saved.parts.map { ExportedFile(name: $0.rawValue, explanation: $0.explanation) }
      + [
        ExportedFile(
          name: ModelManifest.file,
          explanation: "the form's version, the sizes and digests of the files, and how the index is searched"
        )
      ]
  }

  package static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws {
    try saved.write(path: path)
  }
}
