/// What a two-tower model is made of. The defaults are the notebook's.
public struct TwoTowerShape: Sendable, Equatable {
  /// How query and item vectors are compared.
  public enum Similarity: String, Sendable, CaseIterable {
    /// Vectors are brought to length 1.
    case cosine
    /// The bare inner product.
    case dot
  }

  /// User numbers are below this; number 0 is unknown.
  public var userVocabulary: Int
  /// Item numbers are below this; number 0 is padding and unknown.
  public var itemVocabulary: Int
  /// Category numbers are below this; number 0 is unknown.
  public var categoryVocabulary: Int
  /// The most clicks of a history that are read: its newest ones.
  public var maxSeqLen = 30
  /// The width of user and item embeddings.
  public var embeddingDimension = 32
  /// The width of category embeddings; nil for max(4, embeddingDimension / 4).
  public var categoryDimension: Int?
  /// The outputs of each tower's dense layers (ReLU after each); empty for none.
  public var hiddenUnits = [128, 64, 32]
  /// The share of each dense layer's outputs that training drops, 0 ..< 1.
  public var dropout = 0.1
  /// Logits are similarities divided by this, above 0.
  public var temperature = 0.05
  /// How query and item vectors are compared.
  public var similarity = Similarity.cosine
  /// Whether the query tower has an embedding of the user id.
  public var usesUserID = true
  /// Whether the item tower has an embedding of the category.
  public var usesCategory = true
  /// How embeddings begin.
  public var embeddingInitializer = Initializer.uniform(limit: 0.05)

  /// Makes the notebook's shape for the given vocabularies.
  public init(userVocabulary: Int, itemVocabulary: Int, categoryVocabulary: Int) {
    self.userVocabulary = userVocabulary
    self.itemVocabulary = itemVocabulary
    self.categoryVocabulary = categoryVocabulary
  }

  /// The width of category embeddings.
  public var categoryWidth: Int { categoryDimension ?? max(4, embeddingDimension / 4) }

  /// The width of the query tower's input.
  var queryWidth: Int { embeddingDimension * (usesUserID ? 2 : 1) }
  /// The width of the item tower's input.
  var itemWidth: Int { embeddingDimension + (usesCategory ? categoryWidth : 0) }

  /// The width of query and item vectors.
  public var vectorDimension: Int { hiddenUnits.last ?? itemWidth }

  /// Checks that a model can be made.
  /// - Throws: `ModelError.shape` with what was expected, then what came.
  public func validate() throws {
    try require(userVocabulary > 0 && itemVocabulary > 0 && categoryVocabulary > 0) {
      "vocabularies must have at least row 0, got \(userVocabulary), \(itemVocabulary) and \(categoryVocabulary)"
    }
    try require(max(userVocabulary, itemVocabulary, categoryVocabulary) <= Int(Int32.max)) {
      "vocabularies are limited to 2,147,483,647 rows"
    }
    try require(maxSeqLen > 0) { "max_seq_len must be at least 1, got \(maxSeqLen)" }
    try require(embeddingDimension > 0 && categoryWidth > 0) {
      "embedding dimensions must be at least 1, got \(embeddingDimension) and \(categoryWidth)"
    }
    try require(hiddenUnits.allSatisfy { $0 > 0 }) { "hidden units must be at least 1, got \(hiddenUnits)" }
    try require(!hiddenUnits.isEmpty || queryWidth == itemWidth) {
      "without hidden layers both towers must be equally wide, got \(queryWidth) and \(itemWidth)"
    }
    try require(dropout >= 0 && dropout < 1) { "dropout must lie in 0 ..< 1, got \(dropout)" }
    try require(temperature > 0 && temperature.isFinite) { "temperature must be above 0, got \(temperature)" }
  }

  private func require(_ holds: Bool, _ message: () -> String) throws {
    guard holds else { throw ModelError.shape(message()) }
  }
}
