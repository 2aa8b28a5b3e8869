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

/// The features of items, or of users, in the files of a saved model.
enum SavedFeatures {
  /// The columns' names, and the names behind values that are text.
  struct Names: Codable {
    var categories: [Column]
    var numbers: [String]
    var age: String?
    var multi: [Column]?
    var texts: [Text]?
    var vectors: Vectors?

    struct Column: Codable {
      var column: String
      var values: [String]?
    }

    struct Text: Codable {
      var column: String
      var buckets: Int
    }

    struct Vectors: Codable {
      var column: String
      var form: String
    }
  }

  /// The names, or nil where there are no features.
  static func names(_ features: CatalogueFeatures) -> Names? {
    guard !features.isEmpty else { return nil }
    return Names(
      categories: features.categories.map { Names.Column(column: $0.name, values: $0.names) },
      numbers: features.numbers.map(\.name),
      age: features.age?.name,
      multi: features.multi.isEmpty
        ? nil : features.multi.map { Names.Column(column: $0.name, values: $0.values) },
      texts: features.texts.isEmpty
        ? nil : features.texts.map { Names.Text(column: $0.name, buckets: $0.buckets) },
      vectors: features.vectors.map { Names.Vectors(column: $0.name, form: $0.form.rawValue) }
    )
  }

  /// The arrays: how values are encoded, and the values of all items, or of all users by their codes; `what` says which.
  /// Pretrained vectors are among the weights.
  static func tensors(_ features: CatalogueFeatures, of what: String = "item") -> [SafetensorsFile.Tensor] {
    var tensors: [SafetensorsFile.Tensor] = []
    func add(_ name: String, _ values: SafetensorsFile.Values) {
      tensors.append(.init(name: name, shape: [values.count], values: values))
    }
    for (index, column) in features.categories.enumerated() {
      add("\(what)_category_\(index)", .int64(column.vocabulary.keys))
      add("\(what)_category_\(index)_codes", .int32(features.values.codes[index]))
    }
    for (index, column) in features.numbers.enumerated() {
      add("\(what)_number_\(index)_edges", .float64(column.edges))
      add("\(what)_number_\(index)_places", .float32(features.values.places[index]))
    }
    let multi = features.values.multi.enumerated().map { ("\(what)_multi_\($0.offset)", $0.element) }
    let texts = features.values.texts.enumerated().map { ("\(what)_text_\($0.offset)", $0.element) }
    for (name, lists) in multi + texts {
      add("\(name)_offsets", .int32(lists.offsets))
      add("\(name)_codes", .int32(lists.codes))
      add("\(name)_weights", .float32(lists.weights))
    }
    if features.vectors != nil { add("item_vector_rows", .int32(features.values.vectorRows)) }
    if features.age != nil { add("item_created_hours", .float64(features.values.createdHours)) }
    return tensors
  }

  /// Reads the features that `names` lists for a model of `shape`.
  /// - Throws: `DataError` where an array is missing or of another type.
  static func read(
    _ names: Names,
    _ file: SafetensorsFile,
    _ shape: TwoTowerShape,
    of what: String = "item"
  ) throws -> CatalogueFeatures {
    func values(_ name: String) throws -> SafetensorsFile.Values {
      guard let values = file.tensor(name)?.values else { throw missing(name) }
      return values
    }
    var features = CatalogueFeatures()
    for (index, column) in names.categories.enumerated() {
      guard case .int64(let keys) = try values("\(what)_category_\(index)"),
        case .int32(let codes) = try values("\(what)_category_\(index)_codes")
      else { throw missing("\(what)_category_\(index)") }
      let vocabulary = Vocabulary(sortedKeys: keys)
      features.categories.append(
        ContextColumn(name: column.column, vocabulary: vocabulary, names: column.values)
      )
      features.values.codes.append(codes)
    }
    for (index, name) in names.numbers.enumerated() {
      guard case .float64(let edges) = try values("\(what)_number_\(index)_edges"), !edges.isEmpty,
        case .float32(let places) = try values("\(what)_number_\(index)_places")
      else { throw missing("\(what)_number_\(index)") }
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
    func lists(_ name: String, below vocabulary: Int) throws -> WeightedLists {
      guard case .int32(let offsets) = try values("\(name)_offsets"),
        case .int32(let codes) = try values("\(name)_codes"),
        case .float32(let weights) = try values("\(name)_weights")
      else { throw missing(name) }
      let lists = WeightedLists(offsets: offsets, codes: codes, weights: weights)
      guard lists.fits(offsets.count - 1, below: vocabulary) else { throw missing(name) }
      return lists
    }
    for (index, column) in (names.multi ?? []).enumerated() {
      let column = MultiColumn(name: column.column, values: column.values ?? [])
      features.multi.append(column)
      features.values.multi.append(try lists("\(what)_multi_\(index)", below: column.size))
    }
    for (index, text) in (names.texts ?? []).enumerated() {
      let column = TextColumn(name: text.column, buckets: text.buckets)
      features.texts.append(column)
      features.values.texts.append(try lists("\(what)_text_\(index)", below: column.size))
    }
    if let vectors = names.vectors, let shape = shape.itemVectors {
      guard case .int32(let rows) = try values("item_vector_rows"),
        let form = VectorColumn.Form(rawValue: vectors.form)
      else { throw missing("item_vector_rows") }
      features.vectors = VectorColumn(name: vectors.column, form: form, width: shape.width, table: [])
      features.values.vectorRows = rows
    }
    return features
  }

  private static func missing(_ name: String) -> DataError {
    DataError("there are no '\(name)'", file: SavedModel.Part.vocabularies.rawValue)
  }
}
