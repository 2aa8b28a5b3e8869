import Clicks
import Tables
import Files
import Numerics

/// A trained model with all it takes to use it: weights, shape, vocabularies, and the names behind ids.
package struct SavedModel {
  /// The files it is made of.
  package enum Part: String, CaseIterable, Sendable {
    /// The weights.
    case weights = "weights.safetensors"
    /// The shape.
    case model = "model.json"
    /// The ids behind codes.
    case vocabularies = "vocabularies.safetensors"
    /// The names behind ids that are text.
    case names = "names.json"

    /// What the file holds, in words.
    package var explanation: String {
      switch self {
      case .weights: "all weights, Float32, kernels input by output"
      case .model: "the model's shape"
      case .vocabularies:
        "raw ids in the order of their codes, each item's category, features and clicks, and the clock"
      case .names: "the names behind ids that are text, and titles"
      }
    }
  }

  /// The model.
  package var model: TwoTowerModel
  /// The raw ids of users; the first has code 1.
  package var users: [Int64]
  /// The items that can be recommended, their codes, and the features that the model takes.
  package var catalogue: Catalogue
  /// The features of users that the model takes, by their codes from 0; none by default.
  package var userFeatures = CatalogueFeatures()
  /// The columns of the request's context, in the order in which the model takes them.
  package var contexts: [ContextColumn]
  /// What the model calls the time.
  package var clock: RequestClock
  /// The names behind category ids, or nil where ids are integers; likewise the other names.
  package var categoryNames: [String]?
  /// The names behind user ids.
  package var userNames: [String]?
  /// The names behind item ids.
  package var itemNames: [String]?
  /// What items are called, in the order of the catalogue, empty for nothing; nil where the item table has no titles.
  package var titles: [String]?
  /// How often each item was clicked among the clicks to learn from, in the order of the catalogue; nil in models that
  /// were saved before it was kept.
  package var itemClicks: [Int64]?

  private struct Names: Codable {
    var users: [String]?
    var items: [String]?
    var categories: [String]?
    var contexts: [Context]?
    var itemFeatures: SavedFeatures.Names?
    var userFeatures: SavedFeatures.Names?
    var titles: [String]?

    struct Context: Codable {
      var column: String
      var values: [String]?
    }
  }

  /// Puts a saved model together.
  package init(
    model: TwoTowerModel,
    users: [Int64],
    catalogue: Catalogue,
    contexts: [ContextColumn] = [],
    clock: RequestClock = RequestClock([], unit: .seconds),
    categoryNames: [String]?,
    userNames: [String]?,
    itemNames: [String]?
  ) {
    self.model = model
    self.users = users
    self.catalogue = catalogue
    self.catalogue.features = catalogue.features.taken(by: model.shape)
    self.contexts = contexts
    self.clock = clock
    self.categoryNames = categoryNames
    self.userNames = userNames
    self.itemNames = itemNames
  }

  /// Writes all parts, each to where `path` says.
  /// - Throws: where a file cannot be written.
  package func write(path: (Part) throws -> String) throws {
    let weights = model.storedWeights.map { SafetensorsFile.Tensor(name: $0.name, matrix: $0.matrix) }
    try SafetensorsFile(tensors: weights, metadata: [("format", "towerbook 1")]).write(to: path(.weights))
    try AtomicFile.write(try SavedShape.encoded(model.shape) + "\n", to: try path(.model))
    let categoryKeys = catalogue.categoryCodes.map { catalogue.categoryVocabulary.key(of: $0) ?? 0 }
    var keys = [
      ("users", users), ("items", catalogue.items), ("item_categories", categoryKeys),
      ("clock", [clock.origin, clock.last, clock.ticksPerSecond]),
    ]
    if catalogue.itemVocabulary != catalogue.knownItems {
      keys.append(("coded_items", catalogue.itemVocabulary.keys))
    }
    if let itemClicks { keys.append(("item_clicks", itemClicks)) }
    for (index, column) in contexts.enumerated() { keys.append(("context_\(index)", column.vocabulary.keys)) }
    try SafetensorsFile(
      tensors: keys.map { .init(name: $0.0, shape: [$0.1.count], values: .int64($0.1)) }
        + SavedFeatures.tensors(catalogue.features)
        + (model.shape.usesUserFeatures ? SavedFeatures.tensors(userFeatures, of: "user") : [])
    ).write(to: try path(.vocabularies))
    let names = try CodableJSON.text(
      Names(
        users: userNames,
        items: itemNames,
        categories: categoryNames,
        contexts: contexts.map { Names.Context(column: $0.name, values: $0.names) },
        itemFeatures: SavedFeatures.names(catalogue.features),
        userFeatures: model.shape.usesUserFeatures ? SavedFeatures.names(userFeatures) : nil,
        titles: titles
      )
    )
    try AtomicFile.write(names + "\n", to: try path(.names))
  }

  /// Reads what ``write(path:)`` wrote into one folder.
  /// - Throws: where a file is missing or damaged.
  package init(folder: String) throws {
    func text(_ part: Part) throws -> String {
      try MappedFile.readText(FilePaths.join(folder, part.rawValue))
    }
    model = try TwoTowerModel(try SavedShape.decoded(try text(.model)), seed: nil)
    let weights = try SafetensorsFile(reading: FilePaths.join(folder, Part.weights.rawValue))
    try model.load(
      stored: weights.tensors.map { tensor in
        guard case .float32(let values) = tensor.values, tensor.shape.count == 2 else {
          throw DataError("'\(tensor.name)' is no Float32 matrix", file: Part.weights.rawValue)
        }
        return NamedMatrix(
          name: tensor.name,
          matrix: Matrix(rows: tensor.shape[0], columns: tensor.shape[1], values: values)
        )
      }
    )
    let vocabularies = try SafetensorsFile(reading: FilePaths.join(folder, Part.vocabularies.rawValue))
    func ids(_ name: String) throws -> [Int64] {
      guard case .int64(let values)? = vocabularies.tensor(name)?.values else {
        throw DataError("there are no '\(name)'", file: Part.vocabularies.rawValue)
      }
      return values
    }
    let names = try CodableJSON.value(Names.self, from: try text(.names))
    users = try ids("users")
    let (items, categories) = (try ids("items"), try ids("item_categories"))
    guard items.count == categories.count else {
      throw DataError(
        "there are \(items.count) items and \(categories.count) categories",
        file: Part.vocabularies.rawValue
      )
    }
    catalogue = Catalogue(
      ItemTable(items: items, categories: categories, categoryNames: names.categories),
      codedItems: vocabularies.tensor("coded_items") == nil ? nil : try ids("coded_items")
    )
    if let features = names.itemFeatures {
      catalogue.features = try SavedFeatures.read(features, vocabularies, model.shape)
    }
    if let features = names.userFeatures {
      userFeatures = try SavedFeatures.read(features, vocabularies, model.shape, of: "user")
    }
    contexts = try (names.contexts ?? []).enumerated().map { index, context in
      ContextColumn(
        name: context.column,
        vocabulary: Vocabulary(sortedKeys: try ids("context_\(index)")),
        names: context.values
      )
    }
    if vocabularies.tensor("item_clicks") != nil { itemClicks = try ids("item_clicks") }
    titles = names.titles
    guard (itemClicks?.count ?? items.count) == items.count, (titles?.count ?? items.count) == items.count
    else {
      throw DataError("titles or clicks are not one an item", file: Part.vocabularies.rawValue)
    }
    let times = try ids("clock")
    guard times.count == 3 else { throw DataError("the clock is odd", file: Part.vocabularies.rawValue) }
    clock = RequestClock(origin: times[0], last: times[1], ticksPerSecond: times[2])
    (userNames, itemNames, categoryNames) = (names.users, names.items, names.categories)
  }
}
