import FoundationEssentials
import Notebook
import Numerics

/// What `model` hands on: the shape of a two-tower model. Weights come with training.
public struct ModelArtifact: Artifact {
  /// The kind.
  public static let kind = "model"
  /// What the model is made of.
  public var shape: TwoTowerShape

  /// Makes the artifact.
  public init(shape: TwoTowerShape) { self.shape = shape }

  /// Reads the artifact from a bundle.
  public init(bundle: Bundle) throws { shape = try SavedShape.decoded(try bundle.text("shape")) }

  /// Puts the artifact into a bundle.
  public func bundle() throws -> Bundle {
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
