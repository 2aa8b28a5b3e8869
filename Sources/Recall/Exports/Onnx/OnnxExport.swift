import Files
import Numerics

/// Both towers for ONNX Runtime and what else loads ONNX, with what ids mean and what the towers are asked for the items,
/// and users, that the model knows.
package enum OnnxExport: ModelExport {
  private static let vocabularies = "vocabularies.json"
  private static let itemInputs = "item_inputs.safetensors"
  private static let userInputs = "user_inputs.safetensors"

  /// The towers, each a file.
  private enum Tower: String, CaseIterable {
    case query = "query_tower"
    case item = "item_tower"

    var file: String { rawValue + ".onnx" }
    var explanation: String {
      self == .query
        ? "the query tower as ONNX: from codes to `query_vector`"
        : "the item tower as ONNX: from codes to `item_vector`"
    }

    func graph(_ saved: SavedModel) throws -> OnnxGraph {
      self == .query ? try QueryTowerGraph.graph(saved) : try ItemTowerGraph.graph(saved)
    }
  }

  package static func files(of saved: SavedModel) -> [ExportedFile] {
    files(of: saved, mostBytesInside: OnnxFile.mostBytesInside)
  }

  /// As ``files(of:)``, where weights of more than so many bytes have a file of their own.
  static func files(of saved: SavedModel, mostBytesInside: Int) -> [ExportedFile] {
    var files: [ExportedFile] = []
    for tower in Tower.allCases {
      files.append(ExportedFile(name: tower.file, explanation: tower.explanation))
      if let bytes = try? tower.graph(saved).weightBytes, bytes > mostBytesInside {
        files.append(
          ExportedFile(name: OnnxFile.dataName(tower.file), explanation: "the weights of `\(tower.file)`")
        )
      }
    }
    files.append(
      ExportedFile(
        name: vocabularies,
        explanation: "the codes of ids and values, by input, and the items in their order"
      )
    )
    files.append(
      ExportedFile(
        name: itemInputs,
        explanation: "what the item tower is asked for all items, an array an input"
      )
    )
    if saved.model.shape.usesUserFeatures {
      files.append(
        ExportedFile(
          name: userInputs,
          explanation:
            "what the query tower is asked of the features of all users, an array an input, by code"
        )
      )
    }
    return files
  }

  package static func write(_ saved: SavedModel, path: (_ name: String) throws -> String) throws {
    try write(saved, mostBytesInside: OnnxFile.mostBytesInside, path: path)
  }

  /// As ``write(_:path:)``, where weights of more than so many bytes have a file of their own.
  static func write(_ saved: SavedModel, mostBytesInside: Int, path: (_ name: String) throws -> String) throws
  {
    for tower in Tower.allCases {
      let graph = try tower.graph(saved)
      let dataPath = graph.weightBytes > mostBytesInside ? try path(OnnxFile.dataName(tower.file)) : nil
      try OnnxFile(graph: graph, name: tower.rawValue, facts: facts(saved, graph))
        .write(to: try path(tower.file), dataPath: dataPath)
    }
    try AtomicFile.write(OnnxVocabularies(saved).json + "\n", to: try path(vocabularies))
    let inputs = OnnxInputs(saved)
    try SafetensorsFile(tensors: try inputs.items()).write(to: try path(itemInputs))
    if saved.model.shape.usesUserFeatures {
      try SafetensorsFile(tensors: try inputs.users()).write(to: try path(userInputs))
    }
  }

  /// What a tower says of itself: what scores are, and each input.
  private static func facts(_ saved: SavedModel, _ graph: OnnxGraph) -> [(key: String, value: String)] {
    [
      ("towerbook.form", "1"),
      (
        "towerbook.score",
        saved.model.shape.interests == nil
          ? "the inner product of query_vector and item_vector"
          : "the largest inner product of one of query_vector's vectors and item_vector"
      ),
      ("towerbook.similarity", saved.model.shape.similarity.rawValue),
      ("towerbook.vocabularies", vocabularies),
    ] + graph.inputs.map { ("towerbook.input.\($0.name)", $0.docString) }
  }
}
