import Notebook
import Numerics
import Recipe
import Report

/// The settings of `model` that say what a two-tower model is made of.
struct ModelSettings: Sendable {
  /// What is set, on any vocabularies.
  private(set) var shape = TwoTowerShape(userVocabulary: 1, itemVocabulary: 1, categoryVocabulary: 1)
  /// Where its tables lie.
  private(set) var tables = TablePlace.memory
  private var usesContexts = true
  private var usesItemCategories = true
  private var usesItemNumbers = true
  private var usesItemAge = true
  private var usesItemMulti = true
  private var usesItemText = true
  private var usesItemVectors = true
  private var usesUserFeatures = true

  private enum Initial: String, CaseIterable, Sendable {
    case uniform, normal
  }

  init(_ fields: inout Fields) {
    readEmbeddings(&fields)
    readTowers(&fields)
    readSimilarity(&fields)
    readFeatures(&fields)
    readItemFeatures(&fields)
    readHistory(&fields)
    if !fields.isDescribing { check(fields) }
  }

  /// The shape of the model for what `encoded` holds.
  /// - Throws: `ModelError.shape`; `RunFailure` where it takes times and there are none.
  func shape(for encoded: EncodeArtifact) throws -> TwoTowerShape {
    var shape = TwoTowerShape(
      userVocabulary: encoded.clicks.userVocabulary.size,
      itemVocabulary: encoded.catalogue.itemVocabulary.size,
      categoryVocabulary: encoded.catalogue.categoryVocabulary.size
    )
    shape.maxSeqLen = encoded.readLength
    shape.timeSpan = encoded.clock.span
    shape.zerosUnknownItem = encoded.catalogue.itemVocabulary != encoded.catalogue.knownItems
    shape.contexts = encoded.contexts.map {
      TwoTowerShape.Context(name: $0.name, vocabulary: $0.vocabulary.size)
    }
    encoded.catalogue.features.describe(itemsIn: &shape)
    encoded.userFeatures.describe(usersIn: &shape)
    apply(to: &shape)
    guard shape.timeWidths.isEmpty || !encoded.clickFeatures.times.isEmpty else {
      throw RunFailure("time_buckets need the times of clicks, and the click log has none")
    }
    guard shape.trendHours.isEmpty || !encoded.clickFeatures.times.isEmpty else {
      throw RunFailure("trend_hours need the times of clicks, and the click log has none")
    }
    try shape.validate()
    return shape
  }

  /// Gives `shape`, which knows its vocabularies and contexts, what is set.
  private func apply(to shape: inout TwoTowerShape) {
    let known = shape
    shape = self.shape
    shape.userVocabulary = known.userVocabulary
    shape.itemVocabulary = known.itemVocabulary
    shape.categoryVocabulary = known.categoryVocabulary
    shape.maxSeqLen = known.maxSeqLen
    shape.zerosUnknownItem = known.zerosUnknownItem
    shape.timeSpan = known.timeSpan
    shape.contexts = usesContexts ? known.contexts : []
    shape.itemCategories = usesItemCategories ? known.itemCategories : []
    shape.itemNumbers = usesItemNumbers ? known.itemNumbers : []
    shape.itemAge = usesItemAge ? known.itemAge : nil
    shape.itemBags = known.itemBags.filter {
      $0.name.hasPrefix("multi_") ? usesItemMulti : usesItemText
    }
    shape.itemVectors = usesItemVectors ? known.itemVectors : nil
    guard usesUserFeatures else { return }
    shape.userCategories = known.userCategories
    shape.userNumbers = known.userNumbers
    shape.userBags = known.userBags
  }

  /// What is known before the vocabularies are.
  var outline: ModelArtifact.Outline {
    ModelArtifact.Outline(
      settings: self,
      similarity: shape.similarity,
      learnsTemperature: shape.learnsTemperature,
      hasSignedScores: shape.hasSignedScores,
      hasTrend: !shape.trendHours.isEmpty,
      learnsTrend: shape.learnsTrend,
      isEnsemble: shape.ensemble != nil,
      interests: shape.interests ?? 1,
      vectorDimension: shape.hiddenUnits.isEmpty && shape.itemKind == .mlp ? nil : shape.vectorDimension
    )
  }
  /// Whether training leaves embeddings of items out.
  var leavesItemsOut: Bool { shape.itemIDDropout != nil }
  /// The setting that goes by the order of clicks, and what it is called; nil where none does.
  var ofOrder: (key: String, name: String)? {
    if shape.usesNewestClick { return ("newest_click", "'newest_click'") }
    return shape.pooling == .mean ? nil : ("pooling", "the pooling '\(shape.pooling.rawValue)'")
  }
  /// Whether the item tower has an embedding of the category.
  var usesCategory: Bool { shape.usesCategory }
  /// How the clicks of a history become one vector.
  var pooling: TwoTowerShape.Pooling { shape.pooling }

  private mutating func readEmbeddings(_ fields: inout Fields) {
    shape.embeddingDimension = fields.int(
      "embedding_dim",
      default: 32,
      in: 1...4096,
      "The width of user and item embeddings."
    )
    shape.categoryDimension = fields.optionalInt(
      "category_dim",
      in: 1...4096,
      "The width of category embeddings; by default max(4, embedding_dim / 4)."
    )
    let initial = fields.choice(
      "embedding_init",
      default: Initial.uniform,
      "How embeddings of users, items and categories begin: 'uniform' within +-embedding_scale, 'normal' with "
        + "that standard deviation."
    )
    let scale = fields.double(
      "embedding_scale",
      default: 0.05,
      in: .above(0),
      "How large embeddings begin; Keras has 0.05."
    )
    shape.embeddingInitializer =
      initial == .uniform ? .uniform(limit: scale) : .normal(standardDeviation: scale)
    tables = fields.choice(
      "tables",
      default: .memory,
      role: .presentation,
      "Where embeddings lie in training, with what the optimizer remembers of them: 'mapped', from 1 GiB on, in files beside the "
        + "cache, of which the system keeps in memory what there is room for, and which are gone after it. The result is the same; see "
        + "'shuffle_block' of 'train'."
    )
    shape.sharesItems = fields.bool(
      "shared_items",
      default: true,
      "Whether clicked items and targets have the same embeddings."
    )
    shape.normalizesItems = fields.bool(
      "normalize_items",
      default: false,
      "Whether item embeddings are brought to length one wherever they are read."
    )
  }

  private mutating func readTowers(_ fields: inout Fields) {
    shape.queryKind = fields.choice(
      "query_tower",
      default: TowerKind.mlp,
      "What makes the query vector: 'mlp', dense layers over the features side by side; 'identity', their sum; "
        + "'residual_mlp', that sum and dense layers whose output is added through a map that begins at zero."
    )
    shape.itemKind = fields.choice(
      "item_tower",
      default: TowerKind.mlp,
      "What makes the item vector, likewise."
    )
    shape.hiddenUnits = fields.ints(
      "hidden_units",
      default: [128, 64, 32],
      in: 1...16384,
      count: 0...16,
      "The outputs of the dense layers of mlp and residual_mlp, ReLU after each; the last of an mlp is the "
        + "vectors' dimension."
    )
    shape.dropout = fields.double(
      "dropout",
      default: 0.1,
      in: .halfOpen(0, 1),
      "The share of each dense layer's outputs that training drops."
    )
  }

  private mutating func readSimilarity(_ fields: inout Fields) {
    shape.temperature = fields.double(
      "temperature",
      default: 0.05,
      in: .closed(1e-4, 1e4),
      "Similarities are divided by this to give logits."
    )
    shape.learnsTemperature = fields.bool(
      "learn_temperature",
      default: false,
      "Whether the temperature is learned, from 'temperature'."
    )
    shape.similarity = fields.choice(
      "similarity",
      default: TwoTowerShape.Similarity.cosine,
      "How vectors are compared: 'cosine' brings them to length one, 'dot' leaves them."
    )
    let models = fields.int(
      "ensemble",
      default: 1,
      in: 1...64,
      "How many models that differ in their seed ('seed' of 'train' and those after it) are trained, one after another in "
        + "each epoch, and have their vectors joined into one so many times as wide: scores are the mean of their cosines, or "
        + "the sum of their inner products, by one search."
    )
    shape.ensemble = models > 1 ? models : nil
    let interests = fields.int(
      "interests",
      default: 1,
      in: 1...TwoTowerShape.mostInterests,
      neutral: 1,
      "How many vectors a query has (ComiRec): each reads the clicks by a learned attention of its own and adds it, through a "
        + "map that begins at zero, to what the query tower gives. In training the one nearest to the target counts; in search "
        + "each is searched for, and an item has the best of its scores."
    )
    shape.interests = interests > 1 ? interests : nil
    if models > 1 && interests > 1 {
      fields.fail(
        "interests",
        "an ensemble joins one vector of each model, and which of several to join would be open; leave 'ensemble' or 'interests' "
          + "out"
      )
    }
    shape.unitEpsilon = fields.double(
      "unit_epsilon",
      default: 0,
      in: .closed(0, 1),
      "Added under the root where vectors are brought to length one; 0 for TensorFlow's floor of 1e-12."
    )
  }

  private mutating func readFeatures(_ fields: inout Fields) {
    shape.usesUserID = fields.bool(
      "user_id",
      default: true,
      "Whether the query tower has an embedding of the user."
    )
    shape.usesCategory = fields.bool(
      "category",
      default: true,
      "Whether the item tower has an embedding of the category."
    )
    usesContexts = fields.bool(
      "context",
      default: true,
      "Whether the query tower has the context columns that 'encode' gives: tables that begin at zero, added up."
    )
    shape.timeWidths = fields.doubles(
      "time_buckets",
      default: [],
      in: .closed(0.01, 1e6),
      count: 0...16,
      "The time of the request as a feature: tables of buckets so many hours wide, from zero, read with linear "
        + "interpolation and added up."
    )
    shape.trendHours = fields.doubles(
      "trend_hours",
      default: [],
      in: .closed(0.01, 1e5),
      count: 0...8,
      neutral: [],
      "Windows before the request, in hours, ascending: to an item's score is added, for each, a learned weight of at least 0 "
        + "times log(1 + n), n how often anybody clicked the item in so many hours before the request. No click counts itself "
        + "or anything after it. A service counts the clicks that it is told of."
    )
    if !zip(shape.trendHours, shape.trendHours.dropFirst()).allSatisfy(<) {
      fields.fail("trend_hours", "expected hours that ascend, got \(shape.trendHours)")
      shape.trendHours = []
    }
    shape.trendWeights = fields.doubles(
      "trend_weights",
      default: [],
      in: .closed(0, 100),
      count: 0...8,
      neutral: [],
      "What each window of trend_hours counts, in logits (scores are these times the temperature), in place of what is learned: "
        + "training is then as without, and what is learned of all samples may be too much for the requests to come."
    )
    if !shape.trendWeights.isEmpty, shape.trendWeights.count != shape.trendHours.count {
      fields.fail(
        "trend_weights",
        "expected one weight for each of trend_hours, \(shape.trendHours.count), got \(shape.trendWeights.count)"
      )
      shape.trendWeights = []
    }
  }

  private mutating func readItemFeatures(_ fields: inout Fields) {
    usesItemCategories = fields.bool(
      "item_categories",
      default: true,
      "Whether the item tower has the item_categories that 'encode' gives: tables that begin at zero, added "
        + "up; in an mlp tower their sum is one more block of inputs."
    )
    usesItemNumbers = fields.bool(
      "item_numbers",
      default: true,
      "Whether the item tower has the item_numbers that 'encode' gives: tables of buckets, from zero, read with "
        + "linear interpolation and added up likewise."
    )
    usesItemAge = fields.bool(
      "item_age",
      default: true,
      "Whether the item tower has the item_age that 'encode' gives: one table of that kind."
    )
    usesItemMulti = fields.bool(
      "item_multi",
      default: true,
      "Whether the item tower has the item_multi that 'encode' gives: tables that begin at zero, of which an item has "
        + "the mean or sum of its values' rows."
    )
    usesItemText = fields.bool(
      "item_text",
      default: true,
      "Whether the item tower has the item_text that 'encode' gives: tables of words likewise."
    )
    usesItemVectors = fields.bool(
      "item_vectors",
      default: true,
      "Whether the item tower has the item_vectors that 'encode' gives, through a learned map that begins at zero."
    )
    usesUserFeatures = fields.bool(
      "user_features",
      default: true,
      "Whether the query tower has the features of users that 'encode' gives: tables that begin at zero, added up."
    )
    let dropout = fields.double(
      "item_id_dropout",
      default: 0,
      in: .halfOpen(0, 1),
      "The share of a step's candidates whose own embedding is left out in training, so that their features learn to stand "
        + "for them: for items that will have none, since nobody has clicked them."
    )
    shape.itemIDDropout = dropout > 0 ? dropout : nil
    if dropout > 0 && shape.unitEpsilon == 0 && shape.similarity == .cosine && shape.itemKind != .mlp {
      fields.warn(
        "item_id_dropout",
        "features begin at zero, and so do the vectors of items that have nothing else; brought to length one without a "
          + "unit_epsilon they have gradients a million times as long, which Adam is slow to forget: set unit_epsilon, "
          + "for example to 0.01"
      )
    }
  }

  private mutating func readHistory(_ fields: inout Fields) {
    shape.pooling = fields.choice(
      "pooling",
      default: shape.pooling,
      "How the clicks of a history become one vector: their 'mean'; 'decay', the j-th newest counting "
        + "position_rate to the power of j; 'learned_position', exp(a_j) with a_j learned from there; the 'last'; "
        + "'attention', the j-th counting as softmax of e_0 W e_j / sqrt(embedding_dim), e_0 the newest known click "
        + "and W learned from the identity; 'gru', the last state of a gated recurrent unit of embedding_dim units "
        + "that reads them from the oldest on (Keras's GRU with reset_after: glorot_uniform kernel, orthogonal "
        + "recurrent kernel); or 'transformer', what blocks of causal self-attention with learned positions give at the "
        + "newest known click (SASRec): all of a user's targets are then trained in one pass."
    )
    if let blocks = TransformerSettings.read(&fields, isUsed: shape.pooling == .transformer) {
      shape.transformer = blocks
      if shape.embeddingDimension % blocks.heads != 0 {
        fields.fail(
          "heads",
          "heads share embeddings evenly: an embedding_dim of \(shape.embeddingDimension) does not divide by "
            + "\(blocks.heads)"
        )
      }
    }
    let rate = fields.double(
      "position_rate",
      default: shape.positionRate,
      in: .above(0),
      "decay, learned_position: what one position further back counts, at first; at most 1."
    )
    if rate > 1 { fields.fail("position_rate", "expected a number above 0 and at most 1, got \(rate)") }
    shape.positionRate = min(rate, 1)
    shape.usesNewestClick = fields.bool(
      "newest_click",
      default: false,
      "Whether the newest click is a feature of its own: in an identity tower added through a learned map that "
        + "begins at zero, in the others one more input of the dense layers."
    )
  }

  /// What does not go together, whatever the vocabularies are.
  private func check(_ fields: Fields) {
    let isBare = shape.hiddenUnits.isEmpty && shape.queryKind == .mlp && shape.itemKind == .mlp
    if isBare && shape.usesUserID {
      fields.fail(
        "hidden_units",
        "without hidden layers both towers must be equally wide; set user_id and category to false"
      )
    } else if isBare && shape.usesCategory {
      fields.fail(
        "hidden_units",
        "without hidden layers both towers must be equally wide; set category to false"
      )
    } else {
      // Which features there are is not known yet; that an ensemble has no interests was said.
      var known = shape
      if known.ensemble != nil { known.interests = nil }
      known.itemIDDropout = nil
      if known.embeddingDimension % known.blocks.heads != 0 { known.transformer = nil }
      do { try known.validate() } catch { fields.fail("query_tower", "\(error)") }
    }
  }
}
