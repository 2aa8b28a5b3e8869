import Clicks
import Files
import Numerics

extension SavedModel {
  /// Writes all ``parts``, each to where `path` says for its name, and the manifest last.
  /// - Throws: where a file cannot be written, or the index does not hold the model's items.
  package func write(path: (_ name: String) throws -> String) throws {
    var paths: [String: String] = [:]
    for part in parts {
      let place = try path(part.rawValue)
      try write(part, to: place)
      paths[part.rawValue] = place
    }
    let manifest = try ModelManifest(
      version: ModelManifest.version(of: model.shape),
      files: paths,
      index: ModelManifest.Index(
        factory: search.factory,
        moment: search.moment,
        nprobe: search.settings.nprobe,
        efSearch: search.settings.efSearch,
        rerank: search.settings.rerank > 1 ? search.settings.rerank : nil,
        fill: search.settings.fill.rawValue
      ),
      columns: columns,
      requestMoment: requestMoment
    )
    try AtomicFile.write(
      try CodableJSON.text(manifest, indented: true) + "\n",
      to: try path(ModelManifest.file)
    )
  }

  private func write(_ part: Part, to path: String) throws {
    switch part {
    case .weights:
      let weights = model.storedWeights.map { SafetensorsFile.Tensor(name: $0.name, matrix: $0.matrix) }
      try SafetensorsFile(tensors: weights, metadata: [("format", "towerbook 2")]).write(to: path)
    case .model: try AtomicFile.write(try SavedShape.encoded(model.shape) + "\n", to: path)
    case .vocabularies: try SafetensorsFile(tensors: vocabularyTensors).write(to: path)
    case .texts:
      let tables = [("users", userNames), ("items", itemNames), ("titles", titles)]
      try SafetensorsFile(tensors: tables.flatMap { name, table in table?.tensors(name) ?? [] }).write(
        to: path
      )
    case .columns:
      let columns = SavedColumns(
        categories: categoryNames,
        contexts: contexts.map { SavedColumns.Column(column: $0.name, values: $0.names) },
        items: SavedFeatures.names(catalogue.features),
        users: model.shape.usesUserFeatures ? SavedFeatures.names(userFeatures) : nil,
        candidates: search.conditions.map { SavedConditions($0) }
      )
      try AtomicFile.write(try CodableJSON.text(columns, indented: true) + "\n", to: path)
    case .vectors: try NumpyFile.write(try indexedVectors(), to: path)
    case .index:
      guard let index = search.approximate else { return }
      // Its file holds how it is searched, and it may have been searched otherwise last.
      if search.factory.contains("IVF") { try index.set(.nprobe, to: search.settings.nprobe) }
      if search.factory.contains("HNSW") { try index.set(.efSearch, to: search.settings.efSearch) }
      try index.write(to: path)
    case .histories: try histories.map { try SafetensorsFile(tensors: $0.tensors).write(to: path) }
    case .optimizer: try optimizer.map { try SafetensorsFile(tensors: $0.tensors).write(to: path) }
    case .metrics:
      let values = (metrics ?? [:]).sorted { $0.key < $1.key }
      let members = values.map { (key: $0.key, value: $0.value.map(JSONValue.real) ?? .null) }
      try AtomicFile.write(JSONValue.object(members).text(.indented) + "\n", to: path)
    case .recipe: try AtomicFile.write(recipe ?? "", to: path)
    }
  }

  private var vocabularyTensors: [SafetensorsFile.Tensor] {
    let none = ItemTable.noCategory(named: categoryNames)
    let categoryKeys = catalogue.categoryCodes.map { catalogue.categoryVocabulary.key(of: $0) ?? none }
    var keys = [
      ("users", users), ("items", catalogue.items), ("item_categories", categoryKeys),
      ("clock", [clock.origin, clock.last, clock.ticksPerSecond]),
    ]
    if catalogue.itemVocabulary != catalogue.knownItems {
      keys.append(("coded_items", catalogue.itemVocabulary.keys))
    }
    if let itemClicks { keys.append(("item_clicks", itemClicks)) }
    for (index, column) in contexts.enumerated() { keys.append(("context_\(index)", column.vocabulary.keys)) }
    let hasFurther = model.shape.usesUserFeatures && !furtherUsers.isEmpty
    if hasFurther { keys.append(("further_users", furtherUsers)) }
    if let candidates = search.candidates { keys += candidates.arrays }
    let ids = keys.map {
      SafetensorsFile.Tensor(name: $0.0, shape: [$0.1.count], values: .int64($0.1))
    }
    let conditions = search.conditions?.tensors ?? []
    return ids + conditions + SavedFeatures.tensors(catalogue.features)
      + (model.shape.usesUserFeatures ? SavedFeatures.tensors(userFeatures, of: "user") : [])
      + (hasFurther ? SavedFeatures.tensors(furtherUserFeatures, of: "further_user") : [])
  }
}

/// The columns of a saved model, and the names behind their values.
struct SavedColumns: Codable {
  var categories: [String]?
  var contexts: [Column]
  var items: SavedFeatures.Names?
  var users: SavedFeatures.Names?
  var candidates: SavedConditions?

  struct Column: Codable {
    var column: String
    var values: [String]?
  }
}

extension SavedModel.Histories {
  /// The arrays that hold them.
  fileprivate var tensors: [SafetensorsFile.Tensor] {
    var tensors: [SafetensorsFile.Tensor] = []
    func add(_ name: String, _ values: SafetensorsFile.Values) {
      tensors.append(.init(name: name, shape: [values.count], values: values))
    }
    add("offsets", .int64(clicks.offsets.map(Int64.init)))
    add("items", .int32(clicks.items))
    if let keys = clicks.keys { add("item_ids", .int64(keys)) }
    if !features.times.isEmpty { add("times", .int64(features.times)) }
    if let moments { add("moments", .int64(moments)) }
    for (index, codes) in features.contexts.enumerated() { add("context_\(index)", .int32(codes)) }
    return tensors
  }
}
