import Files

/// The model as ``SavedModel`` reads it again.
package enum TowerbookExport: ModelExport {
  package static let files = SavedModel.Part.allCases.map {
    ExportedFile(name: $0.rawValue, explanation: $0.explanation)
  }

  package static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws {
    try saved.write { try path($0.rawValue) }
  }
}
