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

  /// The vectors of all items as the index has them, or as it would: what all exports give.
  /// - Throws: as ``itemVectors(at:)``.
  package func indexedVectors() throws -> Matrix { try vectors ?? itemVectors(at: search.moment) }
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

  /// Reads the features that `names` lists for a model of `shape`: one value for each of `count` items, or users with code 0.
  /// - Throws: `FormatFailure` where an array is missing, of another type, or does not fit the others.
  static func read(
    _ names: Names,
    _ file: MappedTensors,
    _ shape: TwoTowerShape,
    of what: String = "item",
    count: Int
  ) throws -> CatalogueFeatures {
    func perRow<Element: ArrayElement>(_ name: String) throws -> [Element] {
      let values: [Element] = try file.values(name)
      guard values.count == count else {
        throw file.failure("'\(name)' has \(values.count) values, not one for each of \(count)")
      }
      return values
    }
    func lists(_ name: String, below vocabulary: Int) throws -> WeightedLists {
      let lists = WeightedLists(
        offsets: try file.values("\(name)_offsets"),
        codes: try file.values("\(name)_codes"),
        weights: try file.values("\(name)_weights")
      )
      guard lists.fits(count, below: vocabulary) else {
        throw file.failure("the lists '\(name)' do not fit together")
      }
      return lists
    }
    var features = CatalogueFeatures()
    for (index, column) in names.categories.enumerated() {
      let keys: [Int64] = try file.values("\(what)_category_\(index)")
      guard zip(keys, keys.dropFirst()).allSatisfy(<) else {
        throw file.failure("the values of '\(column.column)' do not ascend")
      }
      features.categories.append(
        ContextColumn(name: column.column, vocabulary: Vocabulary(sortedKeys: keys), names: column.values)
      )
      features.values.codes.append(try perRow("\(what)_category_\(index)_codes"))
    }
    for (index, name) in names.numbers.enumerated() {
      let edges: [Double] = try file.values("\(what)_number_\(index)_edges")
      guard !edges.isEmpty else { throw file.failure("'\(name)' has no buckets") }
      features.numbers.append(NumberColumn(name: name, edges: edges))
      features.values.places.append(try perRow("\(what)_number_\(index)_places"))
    }
    if let name = names.age, let buckets = shape.itemAge {
      features.age = CatalogueFeatures.AgeColumn(name: name, buckets: buckets)
      features.values.createdHours = try perRow("item_created_hours")
    }
    for (index, column) in (names.multi ?? []).enumerated() {
      let column = MultiColumn(name: column.column, values: column.values ?? [])
      features.multi.append(column)
      features.values.multi.append(try lists("\(what)_multi_\(index)", below: column.size))
    }
    for (index, text) in (names.texts ?? []).enumerated() {
      guard (1..<Int(Int32.max)).contains(text.buckets) else {
        throw file.failure("the words of '\(text.column)' have an odd number of buckets")
      }
      let column = TextColumn(name: text.column, buckets: text.buckets)
      features.texts.append(column)
      features.values.texts.append(try lists("\(what)_text_\(index)", below: column.size))
    }
    if let vectors = names.vectors, let table = shape.itemVectors {
      guard let form = VectorColumn.Form(rawValue: vectors.form) else {
        throw file.failure("the vectors '\(vectors.column)' are of an odd form")
      }
      features.vectors = VectorColumn(name: vectors.column, form: form, width: table.width, table: [])
      let rows: [Int32] = try perRow("item_vector_rows")
      guard rows.allSatisfy({ (0..<Int32(clamping: table.rows)).contains($0) }) else {
        throw file.failure("'item_vector_rows' names rows that the table of vectors lacks")
      }
      features.values.vectorRows = rows
    }
    return features
  }
}
