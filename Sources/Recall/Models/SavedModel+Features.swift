import Clicks
import Tables
import Numerics

extension SavedModel {
  /// The vectors of all items, in the order of the catalogue, as `index` computes them: the age of items, where the
  /// model takes it, at the time `moment` of the clock; by default at its last, the newest training click.
  /// - Throws: `ModelError.input` where the catalogue does not fit the model.
  package func itemVectors(at moment: Int64? = nil) throws -> Matrix {
    try model.itemVectors(catalogue.itemInputs(for: model.shape, clock, at: moment))
  }
}

/// The features of items in the files of a saved model.
enum SavedFeatures {
  /// The columns' names, and the names behind values that are text.
  struct Names: Codable {
    var categories: [Column]
    var numbers: [String]
    var age: String?

    struct Column: Codable {
      var column: String
      var values: [String]?
    }
  }

  /// The names, or nil where there are no features.
  static func names(_ features: CatalogueFeatures) -> Names? {
    guard !features.isEmpty else { return nil }
    return Names(
      categories: features.categories.map { Names.Column(column: $0.name, values: $0.names) },
      numbers: features.numbers.map(\.name),
      age: features.age?.name
    )
  }

  /// The arrays: how values are encoded, and the values of all items.
  static func tensors(_ features: CatalogueFeatures) -> [SafetensorsFile.Tensor] {
    var tensors: [SafetensorsFile.Tensor] = []
    func add(_ name: String, _ values: SafetensorsFile.Values) {
      tensors.append(.init(name: name, shape: [values.count], values: values))
    }
    for (index, column) in features.categories.enumerated() {
      add("item_category_\(index)", .int64(column.vocabulary.keys))
      add("item_category_\(index)_codes", .int32(features.values.codes[index]))
    }
    for (index, column) in features.numbers.enumerated() {
      add("item_number_\(index)_edges", .float64(column.edges))
      add("item_number_\(index)_places", .float32(features.values.places[index]))
    }
    if features.age != nil { add("item_created_hours", .float64(features.values.createdHours)) }
    return tensors
  }

  /// Reads the features that `names` lists for a model of `shape`.
  /// - Throws: `DataError` where an array is missing or of another type.
  static func read(_ names: Names, _ file: SafetensorsFile, _ shape: TwoTowerShape) throws
    -> CatalogueFeatures
  {
    func values(_ name: String) throws -> SafetensorsFile.Values {
      guard let values = file.tensor(name)?.values else { throw missing(name) }
      return values
    }
    var features = CatalogueFeatures()
    for (index, column) in names.categories.enumerated() {
      guard case .int64(let keys) = try values("item_category_\(index)"),
        case .int32(let codes) = try values("item_category_\(index)_codes")
      else { throw missing("item_category_\(index)") }
      let vocabulary = Vocabulary(sortedKeys: keys)
      features.categories.append(
        ContextColumn(name: column.column, vocabulary: vocabulary, names: column.values)
      )
      features.values.codes.append(codes)
    }
    for (index, name) in names.numbers.enumerated() {
      guard case .float64(let edges) = try values("item_number_\(index)_edges"), !edges.isEmpty,
        case .float32(let places) = try values("item_number_\(index)_places")
      else { throw missing("item_number_\(index)") }
      features.numbers.append(NumberColumn(name: name, edges: edges))
      features.values.places.append(places)
    }
    if let name = names.age, let buckets = shape.itemAge {
      guard case .float64(let hours) = try values("item_created_hours") else {
        throw missing("item_created_hours")
      }
      features.age = CatalogueFeatures.AgeColumn(name: name, buckets: buckets)
      features.values.createdHours = hours
    }
    return features
  }

  private static func missing(_ name: String) -> DataError {
    DataError("there are no '\(name)'", file: SavedModel.Part.vocabularies.rawValue)
  }
}
