import FoundationEssentials
import Notebook
import Numerics

/// What `model` hands on: the shape of a two-tower model. Weights come with training.
package struct ModelArtifact: Artifact {
  /// The kind.
  package static let kind = "model"
  /// What the model is made of.
  package var shape: TwoTowerShape

  /// Makes the artifact.
  package init(shape: TwoTowerShape) { self.shape = shape }

  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws { shape = try SavedShape.decoded(try bundle.text("shape")) }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("shape", text: try SavedShape.encoded(shape))
    return bundle
  }
}

/// A model's shape as JSON.
struct SavedShape: Codable {
  var userVocabulary: Int
  var itemVocabulary: Int
  var categoryVocabulary: Int
  var maxSeqLen: Int
  var embeddingDimension: Int
  var categoryDimension: Int?
  var hiddenUnits: [Int]
  var dropout: Double
  var temperature: Double
  var similarity: String
  var usesUserID: Bool
  var usesCategory: Bool
  var sharesItems: Bool
  var normalizesItems: Bool
  var zerosUnknownItem: Bool
  var pooling: String
  var positionRate: Double
  var usesNewestClick: Bool
  var contexts: [Context]
  var timeWidthsHours: [Double]
  var timeSpanHours: Double
  var itemCategories: [Context]?
  var itemNumbers: [Number]?
  var itemAge: Age?
  var queryTower: String
  var itemTower: String
  var unitEpsilon: Double
  var learnsTemperature: Bool
  var initialEmbeddings: String
  var initialScale: Double

  struct Context: Codable {
    var name: String
    var vocabulary: Int
  }

  struct Number: Codable {
    var name: String
    var buckets: Int
  }

  struct Age: Codable {
    var buckets: Int
    var longestHours: Double
  }

  init(_ shape: TwoTowerShape) {
    userVocabulary = shape.userVocabulary
    itemVocabulary = shape.itemVocabulary
    categoryVocabulary = shape.categoryVocabulary
    maxSeqLen = shape.maxSeqLen
    embeddingDimension = shape.embeddingDimension
    categoryDimension = shape.categoryDimension
    hiddenUnits = shape.hiddenUnits
    dropout = shape.dropout
    temperature = shape.temperature
    similarity = shape.similarity.rawValue
    usesUserID = shape.usesUserID
    usesCategory = shape.usesCategory
    sharesItems = shape.sharesItems
    normalizesItems = shape.normalizesItems
    zerosUnknownItem = shape.zerosUnknownItem
    (pooling, positionRate) = Self.named(shape.pooling)
    usesNewestClick = shape.usesNewestClick
    contexts = shape.contexts.map { Context(name: $0.name, vocabulary: $0.vocabulary) }
    timeWidthsHours = shape.timeWidths
    timeSpanHours = shape.timeSpan
    if !shape.itemCategories.isEmpty {
      itemCategories = shape.itemCategories.map { Context(name: $0.name, vocabulary: $0.vocabulary) }
    }
    if !shape.itemNumbers.isEmpty {
      itemNumbers = shape.itemNumbers.map { Number(name: $0.name, buckets: $0.buckets) }
    }
    itemAge = shape.itemAge.map { Age(buckets: $0.count, longestHours: $0.longestHours) }
    queryTower = shape.queryKind.rawValue
    itemTower = shape.itemKind.rawValue
    unitEpsilon = shape.unitEpsilon
    learnsTemperature = shape.learnsTemperature
    (initialEmbeddings, initialScale) = Self.named(shape.embeddingInitializer)
  }

  private static func named(_ pooling: TwoTowerShape.Pooling) -> (String, Double) {
    switch pooling {
    case .mean: ("mean", 1)
    case .decay(let rate): ("decay", rate)
    case .learnedPosition(let rate): ("learned_position", rate)
    case .last: ("last", 1)
    case .attention: ("attention", 1)
    case .gru: ("gru", 1)
    }
  }

  private static func named(_ initializer: Initializer) -> (String, Double) {
    switch initializer {
    case .uniform(let limit): ("uniform", limit)
    case .normal(let deviation): ("normal", deviation)
    // Tables begin as one of these two, or at zero.
    case .zeros, .glorotUniform, .linear, .identity, .orthogonal: ("uniform", 0)
    }
  }

  private var readPooling: TwoTowerShape.Pooling? {
    switch pooling {
    case "mean": .mean
    case "decay": .decay(rate: positionRate)
    case "learned_position": .learnedPosition(initialRate: positionRate)
    case "last": .last
    case "attention": .attention
    case "gru": .gru
    default: nil
    }
  }

  private func tower(_ name: String) throws -> TowerKind {
    guard let kind = TowerKind(rawValue: name) else {
      throw BundleError.damaged("'\(name)' is no kind of tower")
    }
    return kind
  }

  var shape: TwoTowerShape {
    get throws {
      guard let similarity = TwoTowerShape.Similarity(rawValue: similarity) else {
        throw BundleError.damaged("'\(similarity)' is no way to compare vectors")
      }
      var shape = TwoTowerShape(
        userVocabulary: userVocabulary,
        itemVocabulary: itemVocabulary,
        categoryVocabulary: categoryVocabulary
      )
      shape.maxSeqLen = maxSeqLen
      shape.embeddingDimension = embeddingDimension
      shape.categoryDimension = categoryDimension
      shape.hiddenUnits = hiddenUnits
      shape.dropout = dropout
      shape.temperature = temperature
      shape.similarity = similarity
      shape.usesUserID = usesUserID
      shape.usesCategory = usesCategory
      guard let pooling = readPooling else {
        throw BundleError.damaged("'\(pooling)' is no way to pool a history")
      }
      shape.pooling = pooling
      shape.sharesItems = sharesItems
      shape.normalizesItems = normalizesItems
      shape.zerosUnknownItem = zerosUnknownItem
      shape.usesNewestClick = usesNewestClick
      shape.contexts = contexts.map { TwoTowerShape.Context(name: $0.name, vocabulary: $0.vocabulary) }
      shape.timeWidths = timeWidthsHours
      shape.timeSpan = timeSpanHours
      shape.itemCategories = (itemCategories ?? []).map {
        TwoTowerShape.Context(name: $0.name, vocabulary: $0.vocabulary)
      }
      shape.itemNumbers = (itemNumbers ?? []).map {
        TwoTowerShape.Number(name: $0.name, buckets: $0.buckets)
      }
      shape.itemAge = itemAge.map { AgeBuckets(count: $0.buckets, longestHours: $0.longestHours) }
      shape.queryKind = try tower(queryTower)
      shape.itemKind = try tower(itemTower)
      shape.unitEpsilon = unitEpsilon
      shape.learnsTemperature = learnsTemperature
      shape.embeddingInitializer =
        initialEmbeddings == "normal"
        ? .normal(standardDeviation: initialScale) : .uniform(limit: initialScale)
      try shape.validate()
      return shape
    }
  }

  static func encoded(_ shape: TwoTowerShape) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return String(decoding: try encoder.encode(SavedShape(shape)), as: UTF8.self)
  }

  static func decoded(_ text: String) throws -> TwoTowerShape {
    try JSONDecoder().decode(SavedShape.self, from: Data(text.utf8)).shape
  }
}
