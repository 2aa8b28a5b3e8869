import Files

/// A form in which a trained model leaves the notebook.
///
/// Who adds one writes a type beside ``TowerbookExport``, and a case in ``ModelFormat``.
package protocol ModelExport {
  /// The files that it makes of a model, in the order in which they are listed.
  static func files(of saved: SavedModel) -> [ExportedFile]
  /// Writes all ``files(of:)``, each to where `path` says for its name.
  /// - Throws: where a file cannot be written, or the model's parts do not fit together.
  static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws
}

/// One file of an exported model.
package struct ExportedFile: Sendable, Equatable {
  /// Its name in the model's folder.
  package var name: String
  /// What it holds, in words.
  package var explanation: String
}

/// The forms as recipes name them: the one list that settings and schema read.
package enum ModelFormat: String, CaseIterable, Sendable {
  /// All of it, to be loaded again by ``SavedModel``.
  case towerbook
  /// The vectors of all items with their ids.
  case npy
  /// The same in one table.
  case parquet
  /// The same as a script for PostgreSQL with pgvector.
  case pgvector
  /// The same with a graph of their neighbours.
  case hnswlib
  /// Both towers, for programs that know nothing of this one.
  case onnx

  /// What writes it.
  package var export: any ModelExport.Type {
    switch self {
    case .towerbook: TowerbookExport.self
    case .npy: VectorExport.self
    case .parquet: ParquetVectorExport.self
    case .pgvector: PgvectorExport.self
    case .hnswlib: HnswlibExport.self
    case .onnx: OnnxExport.self
    }
  }
}
