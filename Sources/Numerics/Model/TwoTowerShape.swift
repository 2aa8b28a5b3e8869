/// What a two-tower model is made of. The defaults are the notebook's.
///
/// Coded with all it holds, each property under its own name: what is read back lacks nothing, or is an error. Lists
/// marked so, and options that are nil, are left out where there is nothing to say, so that models without them are
/// written as they always were.
package struct TwoTowerShape: Sendable, Equatable, Codable {
  /// How query and item vectors are compared.
  package enum Similarity: String, Sendable, CaseIterable, Codable {
    /// Vectors are brought to length 1.
    case cosine
    /// The bare inner product.
    case dot
  }

  /// How the clicks of a history become one vector: the one list of names that recipes, summaries and saved models have.
  package enum Pooling: String, Sendable, CaseIterable, Codable {
    /// All count the same.
    case mean
    /// The j-th newest click counts `positionRate` to the power of j.
    case decay
    /// The j-th newest click counts exp(a_j), a learned from j ln `positionRate`.
    case learnedPosition = "learned_position"
    /// The newest click alone.
    case last
    /// The newest known click says what the others count, by a learned matrix that begins as the identity.
    case attention
    /// The last state of a gated recurrent unit that reads the known clicks, the oldest first.
    case gru
    /// What blocks of causal self-attention give at the newest known click; see `Transformer`.
    case transformer

    /// Whether `positionRate` has a part in it.
    package var usesPositionRate: Bool { self == .decay || self == .learnedPosition }
  }

  /// A column of the request's context.
  package struct Context: Sendable, Equatable, Codable {
    /// Its name.
    package var name: String
    /// Codes are below this; code 0 is unknown.
    package var vocabulary: Int

    /// Makes a column.
    package init(name: String, vocabulary: Int) {
      self.name = name
      self.vocabulary = vocabulary
    }
  }

  /// A numeric column of items.
  package struct Number: Sendable, Equatable, Codable {
    /// Its name.
    package var name: String
    /// How many buckets its values lie among, 1 or more; missing values have one more of their own.
    package var buckets: Int

    /// Makes a column.
    package init(name: String, buckets: Int) {
      self.name = name
      self.buckets = buckets
    }
  }

  /// User numbers are below this; number 0 is unknown.
  package var userVocabulary: Int
  /// Item numbers are below this; number 0 is padding and unknown.
  package var itemVocabulary: Int
  /// Category numbers are below this; number 0 is unknown.
  package var categoryVocabulary: Int
  /// The most clicks of a history that are read: its newest ones.
  package var maxSeqLen = 30
  /// The width of user and item embeddings.
  package var embeddingDimension = 32
  /// The width of category embeddings; nil for max(4, embeddingDimension / 4).
  package var categoryDimension: Int?
  /// The outputs of each tower's dense layers (ReLU after each); empty for none.
  package var hiddenUnits = [128, 64, 32]
  /// The share of each dense layer's outputs that training drops, 0 ..< 1.
  package var dropout = 0.1
  /// Logits are similarities divided by this, above 0.
  package var temperature = 0.05
  /// How query and item vectors are compared.
  package var similarity = Similarity.cosine
  /// Whether the query tower has an embedding of the user id.
  package var usesUserID = true
  /// Whether the item tower has an embedding of the category.
  package var usesCategory = true
  /// How embeddings of users, items and categories begin.
  package var embeddingInitializer = Initializer.uniform(limit: 0.05)
  /// Whether item number 0 begins as a vector of zeros, as where it stands for items never seen in training.
  package var zerosUnknownItem = false
  /// Whether history and target read the same item table.
  package var sharesItems = true
  /// Whether item embeddings are brought to length one wherever they are read.
  package var normalizesItems = false
  /// How the clicks of a history become one vector.
  package var pooling = Pooling.mean
  /// The blocks of the pooling `transformer`; nil for the usual ones.
  package var transformer: Transformer?
  /// What one position further back counts, at first, where the pooling goes by positions; above 0, at most 1.
  package var positionRate = 0.7
  /// Whether the newest click is a feature of its own: added through a learned matrix that begins at zero in an
  /// identity tower, one more input of the dense layers in the others.
  package var usesNewestClick = false
  /// Multi-valued columns and columns of text of items, each with a table as wide as an item's embedding that begins at
  /// zero: an item has the weighed sum of the rows of its values.
  @OmittedWhenEmpty package var itemBags: [Bag] = []
  /// The pretrained vectors of items; nil for none.
  package var itemVectors: Vectors?
  /// With which probability training leaves the embedding of a candidate out, 0 < p < 1; nil for never.
  package var itemIDDropout: Double?
  /// Categorical columns of users, each with a table as wide as an item's embedding that begins at zero.
  @OmittedWhenEmpty package var userCategories: [Context] = []
  /// Numeric columns of users, each with a table of buckets likewise.
  @OmittedWhenEmpty package var userNumbers: [Number] = []
  /// Multi-valued columns of users, as those of items.
  @OmittedWhenEmpty package var userBags: [Bag] = []
  /// Columns of the request's context, each with a table as wide as an item's embedding that begins at zero.
  package var contexts: [Context] = []
  /// Tables of the time of the request: the widths of their buckets, in hours. They begin at zero.
  package var timeWidths: [Double] = []
  /// The time from the first to the last training click, in hours; requests later than that count as then.
  package var timeSpan = 0.0
  /// Windows before the request, in hours, ascending: how often an item was clicked in each is added to its score, as its
  /// logarithm times a learned weight of at least 0.
  @OmittedWhenEmpty package var trendHours: [Double] = []
  /// What log(1 + clicks) of each of these windows counts in logits, 0 or more, where that is set; empty where it is learned.
  /// Training knows nothing of weights that are set.
  @OmittedWhenEmpty package var trendWeights: [Double] = []
  /// Categorical columns of items, each with a table as wide as an item's embedding that begins at zero.
  package var itemCategories: [Context] = []
  /// Numeric columns of items, each with a table of buckets likewise, read with linear interpolation.
  package var itemNumbers: [Number] = []
  /// The ages that a table of the item's age at the request likewise stands for; nil for no such table.
  package var itemAge: AgeBuckets?
  /// What makes the query vector of its features.
  package var queryKind = TowerKind.mlp
  /// What makes the item vector of its features.
  package var itemKind = TowerKind.mlp
  /// Added under the root where vectors are brought to length one; 0 for the notebook's floor of 1e-12.
  package var unitEpsilon = 0.0
  /// Whether the temperature is learned, from `temperature`.
  package var learnsTemperature = false

  /// How many models that differ in their seed have their vectors joined, 2 or more; nil for one model.
  package var ensemble: Int?
  /// The first so many dimensions of a vector are trained to be good vectors of their own: ascending, each below the
  /// whole width.
  @OmittedWhenEmpty package var prefixWidths: [Int] = []
  /// How many vectors a query has, 2 or more, of which the best counts; nil for one.
  package var interests: Int?

  /// Makes the notebook's shape for the given vocabularies.
  package init(userVocabulary: Int, itemVocabulary: Int, categoryVocabulary: Int) {
    self.userVocabulary = userVocabulary
    self.itemVocabulary = itemVocabulary
    self.categoryVocabulary = categoryVocabulary
  }

  /// The width of category embeddings.
  package var categoryWidth: Int { categoryDimension ?? max(4, embeddingDimension / 4) }

  /// The width of the query tower's input, side by side.
  var queryWidth: Int {
    let blocks =
      (usesUserID ? 2 : 1) + (contexts.isEmpty ? 0 : 1) + (timeWidths.isEmpty ? 0 : 1)
      + (usesNewestClick ? 1 : 0) + (usesUserFeatures ? 1 : 0)
    return embeddingDimension * blocks
  }
  /// The width of the item tower's input, side by side.
  var itemWidth: Int {
    let blocks =
      1 + (itemCategories.isEmpty ? 0 : 1) + (itemNumbers.isEmpty ? 0 : 1) + (itemAge == nil ? 0 : 1)
      + (itemBags.isEmpty ? 0 : 1) + (itemVectors == nil ? 0 : 1)
    return embeddingDimension * blocks + (usesCategory ? categoryWidth : 0)
  }
  /// Whether the item tower has features besides embedding and category.
  package var usesItemFeatures: Bool {
    !itemCategories.isEmpty || !itemNumbers.isEmpty || itemAge != nil || !itemBags.isEmpty
      || itemVectors != nil
  }

  /// Whether what recent clicks count is learned.
  package var learnsTrend: Bool { !trendHours.isEmpty && trendWeights.isEmpty }

  /// Whether the score of an item can be below 0: not where both vectors come out of a ReLU.
  package var hasSignedScores: Bool {
    queryKind != .mlp || itemKind != .mlp || hiddenUnits.isEmpty || interests != nil
  }

  /// The width of query and item vectors, of all models of an ensemble together; of each of a query's vectors where it
  /// has several.
  package var vectorDimension: Int { vectorWidth(itemKind, inputs: itemWidth) * (ensemble ?? 1) }
  /// The shape of each model of an ensemble.
  var member: TwoTowerShape {
    var member = self
    member.ensemble = nil
    return member
  }
  /// What a model of it does to the length of vectors.
  var vectorLength: VectorLength {
    guard similarity == .cosine else { return .free }
    return unitEpsilon > 0 ? .smooth(epsilon: Float(unitEpsilon)) : .floored
  }

  private func vectorWidth(_ kind: TowerKind, inputs: Int) -> Int {
    kind == .mlp ? hiddenUnits.last ?? inputs : embeddingDimension
  }

  /// Checks that a model can be made.
  /// - Throws: `ModelError.shape` with what was expected, then what came.
  package func validate() throws {
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
    try validateTowers()
    if pooling == .transformer { try validateBlocks() }
    try validateFeatures()
    try validateVectors()
    try validateInterests()
    try require(dropout >= 0 && dropout < 1) { "dropout must lie in 0 ..< 1, got \(dropout)" }
    try require(temperature > 0 && temperature.isFinite) { "temperature must be above 0, got \(temperature)" }
  }

  private func validateTowers() throws {
    let queryVector = vectorWidth(queryKind, inputs: queryWidth)
    let itemVector = vectorWidth(itemKind, inputs: itemWidth)
    try require(!hiddenUnits.isEmpty || queryVector == itemVector) {
      "without hidden layers both towers must be equally wide, got \(queryWidth) and \(itemWidth)"
    }
    try require(queryVector == itemVector) {
      "both towers must give vectors of one width, got \(queryVector) (\(queryKind.rawValue)) and "
        + "\(itemVector) (\(itemKind.rawValue)): identity and residual_mlp give \(embeddingDimension), "
        + "mlp gives the last of its hidden units"
    }
    try require(!hiddenUnits.isEmpty || (queryKind != .residual && itemKind != .residual)) {
      "a residual_mlp tower needs hidden layers"
    }
    try require(itemKind == .mlp || !usesCategory || categoryWidth == embeddingDimension) {
      "a tower that adds its features up needs category embeddings of \(embeddingDimension), got \(categoryWidth)"
    }
  }

  private func validateVectors() throws {
    try require((2...64).contains(ensemble ?? 2)) {
      "an ensemble has 2 to 64 models, got \(ensemble ?? 0)"
    }
    guard let widest = prefixWidths.last else { return }
    try require(ensemble == nil) {
      "the first dimensions of joined vectors are those of one model: an ensemble takes no widths of its own"
    }
    try require(
      (prefixWidths.first ?? 0) > 0 && widest < vectorDimension
        && zip(prefixWidths, prefixWidths.dropFirst()).allSatisfy { $0 < $1 }
    ) {
      "widths must ascend and lie below that of the vectors, \(vectorDimension), got \(prefixWidths)"
    }
  }

  private func validateFeatures() throws {
    try require(positionRate > 0 && positionRate <= 1) {
      "a position's rate must lie in 0 < rate <= 1, got \(positionRate)"
    }
    for context in contexts + itemCategories + userCategories {
      try require(context.vocabulary > 0 && context.vocabulary <= Int(Int32.max)) {
        "the vocabulary of \(context.name) must have 1 to 2,147,483,647 rows, got \(context.vocabulary)"
      }
    }
    let names = Set(contexts.map(\.name))
    try require(names.count == contexts.count) { "context columns must differ in name" }
    try validateItemColumns()
    try validateFurtherColumns()
    try require(timeSpan >= 0 && timeSpan.isFinite) { "the time span must be at least 0, got \(timeSpan)" }
    for width in timeWidths {
      try require(width > 0 && timeSpan / width < 100_000_000) {
        "a bucket's width must be above 0 and fit the time span, got \(width) of \(timeSpan) hours"
      }
    }
    try require(Set(timeWidths).count == timeWidths.count) { "bucket widths must differ, got \(timeWidths)" }
    try require(
      trendHours.allSatisfy { $0 > 0 && $0.isFinite } && zip(trendHours, trendHours.dropFirst()).allSatisfy(<)
    ) { "windows of recent clicks must ascend from above 0 hours, got \(trendHours)" }
    try require(
      trendWeights.isEmpty
        || trendWeights.count == trendHours.count && trendWeights.allSatisfy { $0 >= 0 && $0.isFinite }
    ) { "weights of recent clicks are at least 0, one a window of \(trendHours), got \(trendWeights)" }
    try require(unitEpsilon >= 0 && unitEpsilon.isFinite) {
      "the epsilon of unit vectors must be at least 0, got \(unitEpsilon)"
    }
  }

  private func validateItemColumns() throws {
    for names in [itemCategories.map(\.name), itemNumbers.map(\.name)] {
      try require(Set(names).count == names.count) { "item columns must differ in name" }
    }
    // Places are Float32: among more buckets they would be too coarse.
    let most = 100_000
    for number in itemNumbers + userNumbers {
      try require(number.buckets >= 1 && number.buckets <= most) {
        "\(number.name) must have 1 to 100,000 buckets, got \(number.buckets)"
      }
    }
    guard let itemAge else { return }
    try require(itemAge.count >= 2 && itemAge.count <= most) {
      "ages must have 2 to 100,000 buckets, got \(itemAge.count)"
    }
    try require(itemAge.longestHours > 0 && itemAge.longestHours.isFinite) {
      "the longest age must be above 0 hours, got \(itemAge.longestHours)"
    }
  }

  /// The rows of the table of buckets `width` hours wide.
  package func timeRows(_ width: Double) -> Int { Int(timeSpan / width) + 3 }

  func require(_ holds: Bool, _ message: () -> String) throws {
    guard holds else { throw ModelError.shape(message()) }
  }
}
