import Clicks
import Numerics

/// A saved model as a page holds it: what its script needs to recommend by itself, coded as JSON.
package struct LiveModel: Codable {
  /// What the query tower is made of; names are those that recipes use.
  package struct Shape: Codable {
    var tower: String
    var pooling: String
    /// The blocks of a transformer; nil where the pooling is another.
    var transformer: TwoTowerShape.Transformer?
    var positionRate: Double
    var maxSeqLen: Int
    var newestClick: Bool
    var normalizesItems: Bool
    /// Whether query vectors are brought to length one, and what is added under the root; 0 for a floor of 1e-12.
    var isCosine: Bool
    var unitEpsilon: Double
    /// How many vectors a query has; nil for one.
    var interests: Int?
  }

  /// The items without vectors of their own.
  package struct Shared: Codable {
    var count: Int
    var vector: PackedMatrix
  }

  /// A column of the request's context: its values by their codes, from 1.
  package struct Context: Codable {
    var name: String
    var values: [String]
    var table: PackedMatrix
  }

  /// A table of the time of the request.
  package struct Time: Codable {
    var width: Double
    var table: PackedMatrix
  }

  /// The users by their codes, from 1.
  package struct Users: Codable {
    var ids: [String]
    var vectors: PackedVectors
  }

  /// The clock; 64-bit times are texts, which JavaScript's numbers do not hold.
  package struct Clock: Codable {
    var origin: String
    var ticksPerSecond: Int64
    var span: Double
  }

  /// A history to begin with: its name, and ids of items, the oldest click first.
  package struct Example: Codable, Equatable {
    package var name: String
    package var history: [String]

    package init(name: String, history: [String]) { (self.name, self.history) = (name, history) }
  }

  /// Histories to begin with; none by default.
  package var examples: [Example] = []
  var shape: Shape
  var ids: [String]
  var titles: [String]?
  var popular: [Int]
  var vectors: PackedVectors
  var embeddings: PackedVectors?
  var shared: Shared?
  var contexts: [Context]
  var times: [Time]
  var users: Users?
  var clock: Clock
  var weights: [String: PackedMatrix]

  /// How many of the most clicked items are offered before anything is typed.
  private static let offered = 12

  /// Packs a model with the items that the page is to hold.
  /// - Throws: `ModelError.weights` where one is missing or holds something that is no number.
  package init(_ saved: SavedModel, _ items: LiveItems, bits: PackedVectors.Precision) throws {
    let (catalogue, model) = (saved.catalogue, saved.model)
    shape = Shape(model.shape)
    ids = items.places.map { saved.itemID(catalogue.items[$0]) }
    titles = saved.titles.map { titles in items.places.map { titles[$0] } }
    popular = Self.popular(saved, items)
    vectors = PackedVectors(items.vectors, bits: bits)
    embeddings = items.embeddings.map { embeddings in
      PackedVectors(embeddings, bits: bits) { catalogue.itemCodes[items.places[$0]] == 0 }
    }
    shared = items.shared.map { Shared(count: $0.count, vector: PackedMatrix($0.vector)) }
    func table(_ name: String) throws -> Matrix {
      guard let matrix = saved.weights(name) else { throw ModelError.weights("the weights have no \(name)") }
      guard matrix.elements.allSatisfy(\.isFinite) else {
        throw ModelError.weights("\(name) holds something that is no number")
      }
      return matrix
    }
    contexts = try zip(saved.contexts, model.shape.contexts).map { column, context in
      Context(
        name: column.name,
        values: column.vocabulary.keys.map { ClickLog.id($0, column.names) },
        table: PackedMatrix(try table("emb_context_\(context.name)"))
      )
    }
    let names = model.weights.map(\.name)
    times = try zip(model.shape.timeWidths, names.filter { $0.hasPrefix("emb_time_") }).map { width, name in
      Time(width: width, table: PackedMatrix(try table(name)))
    }
    if model.shape.usesUserID {
      users = Users(
        ids: saved.users.map { saved.userID($0) },
        vectors: PackedVectors(try table("emb_user"), bits: bits)
      )
    }
    let clock = saved.clock
    self.clock = Clock(
      origin: "\(clock.origin)",
      ticksPerSecond: clock.ticksPerSecond,
      span: clock.span
    )
    weights = [:]
    for name in names where name.hasPrefix("history_") || name.hasPrefix("user_") {
      weights[name] = PackedMatrix(try table(name))
    }
  }

  private static func popular(_ saved: SavedModel, _ items: LiveItems) -> [Int] {
    guard let clicks = saved.itemClicks else { return Array(items.places.indices.prefix(offered)) }
    let sorted = items.places.indices.sorted { a, b in
      let (first, second) = (clicks[items.places[a]], clicks[items.places[b]])
      return first != second ? first > second : a < b
    }
    return Array(sorted.prefix(offered))
  }

  /// About how many characters it has, without being made.
  package static func characters(_ saved: SavedModel, _ items: LiveItems, bits: PackedVectors.Precision)
    -> Int
  {
    func characters(_ matrix: Matrix?) -> Int {
      matrix.map { PackedVectors.characters(rows: $0.rows, columns: $0.columns, bits: bits) } ?? 0
    }
    // An id stands in quotes, with a comma.
    let ids = items.places.reduce(0) { sum, place in
      let title = saved.titles.map { $0[place].utf8.count + 3 } ?? 0
      return sum + saved.itemID(saved.catalogue.items[place]).utf8.count + 3 + title
    }
    let users = saved.model.shape.usesUserID ? usersCharacters(saved, bits: bits) : 0
    let dense = saved.model.weights.reduce(0) { sum, weight in
      let isHeld = ["history_", "user_", "emb_context_", "emb_time_"].contains { weight.name.hasPrefix($0) }
      return sum + (isHeld ? weight.matrix.elements.count * 16 / 3 : 0)
    }
    return characters(items.vectors) + characters(items.embeddings) + ids + users + dense
  }

  /// How many of these are of users.
  package static func usersCharacters(_ saved: SavedModel, bits: PackedVectors.Precision) -> Int {
    let shape = saved.model.shape
    guard shape.usesUserID else { return 0 }
    let vectors = PackedVectors.characters(
      rows: shape.userVocabulary,
      columns: shape.embeddingDimension,
      bits: bits
    )
    return vectors + saved.users.reduce(0) { $0 + saved.userID($1).utf8.count + 3 }
  }
}

extension LiveModel.Shape {
  fileprivate init(_ shape: TwoTowerShape) {
    tower = Self.name(shape.queryKind)
    pooling = Self.name(shape.pooling)
    transformer = shape.pooling == .transformer ? shape.blocks : nil
    positionRate = shape.positionRate
    maxSeqLen = shape.maxSeqLen
    newestClick = shape.usesNewestClick
    normalizesItems = shape.normalizesItems
    isCosine = shape.similarity == .cosine
    unitEpsilon = shape.unitEpsilon
    interests = shape.interests
  }

  // Exhaustive, so that whoever adds a kind teaches it to the page's script, or has the page refused here.

  private static func name(_ tower: TowerKind) -> String {
    switch tower {
    case .mlp, .identity, .residual: tower.rawValue
    }
  }

  private static func name(_ pooling: TwoTowerShape.Pooling) -> String {
    switch pooling {
    case .mean, .decay, .learnedPosition, .last, .attention, .gru, .transformer: pooling.rawValue
    }
  }
}
