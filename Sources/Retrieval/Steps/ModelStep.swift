import Notebook
import Numerics
import Recipe
import Report

/// `model`: lays out the two towers.
public struct ModelStep: Step {
  /// The name.
  public static let name = "model"
  /// One sentence.
  public static let summary = "Lays out the query tower and the item tower."
  /// The revision.
  public static let revision = 1
  /// What it writes.
  public static let writes: String? = ModelArtifact.kind

  private let encode: ArtifactInput
  private let embeddingDimension: Int
  private let categoryDimension: Int?
  private let hiddenUnits: [Int]
  private let dropout: Double
  private let temperature: Double
  private let similarity: TwoTowerShape.Similarity
  private let usesUserID: Bool
  private let usesCategory: Bool

  /// Reads the settings.
  public init(_ fields: inout Fields) {
    encode = fields.input(EncodeArtifact.kind)
    embeddingDimension = fields.int(
      "embedding_dim",
      default: 32,
      in: 1...4096,
      "The width of user and item embeddings."
    )
    categoryDimension = fields.optionalInt(
      "category_dim",
      in: 1...4096,
      "The width of category embeddings; by default max(4, embedding_dim / 4)."
    )
    hiddenUnits = fields.ints(
      "hidden_units",
      default: [128, 64, 32],
      in: 1...16384,
      count: 0...16,
      "The outputs of each tower's dense layers, ReLU after each; the last is the vectors' dimension."
    )
    dropout = fields.double(
      "dropout",
      default: 0.1,
      in: .halfOpen(0, 1),
      "The share of each layer's outputs that training drops."
    )
    temperature = fields.double(
      "temperature",
      default: 0.05,
      in: .closed(1e-4, 1e4),
      "Similarities are divided by this to give logits."
    )
    similarity = fields.choice(
      "similarity",
      default: TwoTowerShape.Similarity.cosine,
      "How vectors are compared: 'cosine' brings them to length one, 'dot' leaves them."
    )
    usesUserID = fields.bool(
      "user_id",
      default: true,
      "Whether the query tower has an embedding of the user."
    )
    usesCategory = fields.bool(
      "category",
      default: true,
      "Whether the item tower has an embedding of the category."
    )
    if hiddenUnits.isEmpty && usesUserID {
      fields.fail(
        "hidden_units",
        "without hidden layers both towers must be equally wide; set user_id and category to false"
      )
    } else if hiddenUnits.isEmpty && usesCategory {
      fields.fail(
        "hidden_units",
        "without hidden layers both towers must be equally wide; set category to false"
      )
    }
  }

  /// What it reads.
  public var reads: [ArtifactInput] { [encode] }
  /// What it measures.
  public var metrics: [String] { ["parameters"] }

  /// Lays out the model and shows its layers.
  public func run(in context: RunContext) throws -> [Block] {
    let encoded: EncodeArtifact = try context.read(encode)
    var shape = TwoTowerShape(
      userVocabulary: encoded.clicks.userVocabulary.size,
      itemVocabulary: encoded.catalogue.itemVocabulary.size,
      categoryVocabulary: encoded.catalogue.categoryVocabulary.size
    )
    shape.maxSeqLen = encoded.clicks.maxSeqLen
    shape.embeddingDimension = embeddingDimension
    shape.categoryDimension = categoryDimension
    shape.hiddenUnits = hiddenUnits
    shape.dropout = dropout
    shape.temperature = temperature
    shape.similarity = similarity
    shape.usesUserID = usesUserID
    shape.usesCategory = usesCategory
    try shape.validate()
    context.write(ModelArtifact(shape: shape))
    let layers = try TwoTowerModel(shape, seed: 0).summary
    let total = layers.reduce(0) { $0 + $1.parameterCount }
    context.metric("parameters", Double(total))
    context.summarize("\(NumberFormat.grouped(total)) parameters")
    let rows: [[Table.Cell]] = layers.map { layer in
      [
        .text(layer.layer), .text(layer.outputShape), .int(layer.parameterCount),
        .text(layer.connectedTo.joined(separator: ", ")),
      ]
    }
    return [
      .table(
        Table(
          columns: [
            .init("Layer"), .init("Output shape"), .init("Parameters", .trailing), .init("Connected to"),
          ],
          rows: rows
        )
      ),
      .prose("\(NumberFormat.grouped(total)) parameters, \(NumberFormat.bytes(total * 4)) as Float32."),
    ]
  }
}
