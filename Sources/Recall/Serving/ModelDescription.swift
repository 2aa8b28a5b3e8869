import Clicks
import Files
import Numerics

/// What there is to say of a saved model, for people.
package struct ModelDescription: Sendable {
  /// A column of the request's context.
  package struct Context: Sendable {
    /// Its name.
    package var name: String
    /// Its values as they are written, in the order of their codes; of many the first.
    package var values: [String]
    /// How many values there are.
    package var count: Int
  }

  /// A file of the model.
  package struct File: Sendable {
    /// Its name.
    package var name: String
    /// How many bytes it has.
    package var bytes: Int
    /// What it holds, in words; nil for a file that this version does not know.
    package var holds: String?
  }

  /// The most values of a column that are listed.
  static let mostValues = 1_000
  /// How many users are named to begin with.
  static let exampleUsers = 5

  /// What tells it from other models, and how large it is.
  package var facts: Recommender.Facts
  /// The version of the form that it is saved in.
  package var version: Int
  /// The names of both towers, of the pooling and of the similarity, as recipes have them.
  package var queryTower: String
  package var itemTower: String
  package var pooling: String
  package var similarity: String
  /// The most clicks of a history that are read.
  package var clicksRead: Int
  /// How many numbers were learned.
  package var parameters: Int
  /// Whether users have vectors of their own.
  package var usesUserID: Bool
  /// The features of users, and of items, by the names of their columns.
  package var userFeatures: [String]
  package var itemFeatures: [String]
  /// The columns of the request's context.
  package var contexts: [Context]
  /// The first and the last click that the model learned from, in the log's unit.
  package var firstClick: Int64
  package var lastClick: Int64
  /// How an approximate index is searched.
  package var nprobe: Int
  package var efSearch: Int
  /// Whether some items cannot be recommended, or not at all times.
  package var isNarrowed: Bool
  /// Whether items have titles.
  package var hasTitles: Bool
  /// Whose clicks make items popular: `training` or `histories`; nil where nobody's are known.
  package var popularity: String?
  /// Some users to begin with.
  package var exampleUsers: [String]
  /// Its files.
  package var files: [File]
  /// The cells that it was made by, as YAML; nil where nobody said.
  package var recipe: String?
}

extension Recommender {
  /// What there is to say of the model.
  /// - Throws: what reading the histories throws.
  package func describe() throws -> ModelDescription {
    try engine.withLock { engine in
      let (saved, shape) = (engine.saved, engine.saved.model.shape)
      let manifest = saved.origin?.manifest
      return ModelDescription(
        facts: facts,
        version: manifest?.version ?? ModelManifest.version(of: shape),
        queryTower: shape.queryKind.rawValue,
        itemTower: shape.itemKind.rawValue,
        pooling: shape.pooling.rawValue,
        similarity: shape.similarity.rawValue,
        clicksRead: shape.maxSeqLen,
        parameters: saved.model.parameterCount,
        usesUserID: shape.usesUserID,
        userFeatures: saved.userFeatures.columnNames,
        itemFeatures: saved.catalogue.features.columnNames,
        contexts: zip(saved.contexts, shape.contexts).map { Self.context($0.0) },
        firstClick: saved.clock.origin,
        lastClick: saved.clock.last,
        nprobe: saved.search.settings.nprobe,
        efSearch: saved.search.settings.efSearch,
        isNarrowed: saved.search.candidates != nil,
        hasTitles: saved.titles != nil,
        popularity: try engine.counted(),
        exampleUsers: try engine.exampleUsers(ModelDescription.exampleUsers),
        files: (manifest?.files ?? [:]).sorted { $0.key < $1.key }.map { name, file in
          ModelDescription.File(
            name: name,
            bytes: file.bytes,
            holds: SavedModel.Part(rawValue: name)?.explanation
          )
        },
        recipe: saved.recipe
      )
    }
  }

  private static func context(_ column: ContextColumn) -> ModelDescription.Context {
    let keys = column.vocabulary.keys
    return ModelDescription.Context(
      name: column.name,
      values: keys.prefix(ModelDescription.mostValues).map { ClickLog.id($0, column.names) },
      count: keys.count
    )
  }

  /// The items that match what was typed, the best match first, at most `limit`.
  package func find(_ query: String, limit: Int) throws -> [ItemEntry] {
    try engine.withLock { try $0.find(query, limit: limit) }
  }

  /// The most clicked items, at most `limit`, and whose clicks were counted; nil where nobody's are known.
  package func popular(limit: Int) throws -> (items: [ItemEntry], counted: String?) {
    try engine.withLock { (try $0.popular(limit: limit), try $0.counted()) }
  }

  /// The items called `ids`, in this order, and the ids that the model does not know.
  package func entries(_ ids: [String]) throws -> (items: [ItemEntry], unknown: [String]) {
    try engine.withLock { try $0.entries(ids) }
  }

  /// What a recommendation for a user goes by: what the model keeps of their clicks and what came since, the oldest first.
  package func history(of user: String) throws -> (items: [ItemEntry], notes: [RequestNote]) {
    try engine.withLock { try $0.history(of: user) }
  }
}

extension CatalogueFeatures {
  /// The names of its columns.
  fileprivate var columnNames: [String] {
    categories.map(\.name) + numbers.map(\.name) + multi.map(\.name) + texts.map(\.name)
      + (vectors.map { [$0.name] } ?? []) + (age.map { [$0.name] } ?? [])
  }
}
