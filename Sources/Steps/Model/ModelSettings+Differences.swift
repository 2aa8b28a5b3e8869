import Numerics

extension ModelSettings {
  /// A setting that is another one in a model of before, so that its weights do not fit.
  struct Difference {
    /// The cell that has it.
    var cell: String
    /// The setting.
    var key: String
    /// Its value here.
    var own: String
    /// What it is in the other model.
    var other: String
  }

  /// What keeps a model of these settings from beginning with the weights of one of shape `other`. What features there are is
  /// not known from settings alone.
  /// - Parameter maxSeqLen: how long histories are here; nil where nobody knows.
  func differences(from other: TwoTowerShape, maxSeqLen: Int?) -> [Difference] {
    var found: [Difference] = []
    func compare<Value: Equatable>(
      _ key: String,
      _ own: Value,
      _ before: Value,
      in cell: String = "'model'",
      where matters: Bool = true,
      as text: (Value) -> String
    ) {
      guard matters, own != before else { return }
      found.append(Difference(cell: cell, key: key, own: text(own), other: text(before)))
    }
    let own = shape
    let (isMLP, isItemMLP) = (own.queryKind == .mlp, own.itemKind == .mlp)
    let hasLayers = own.queryKind != .identity || own.itemKind != .identity
    compare("embedding_dim", own.embeddingDimension, other.embeddingDimension) { "\($0)" }
    compare("shared_items", own.sharesItems, other.sharesItems) { "\($0)" }
    compare("normalize_items", own.normalizesItems, other.normalizesItems) { "\($0)" }
    compare("query_tower", own.queryKind, other.queryKind) { $0.rawValue }
    compare("item_tower", own.itemKind, other.itemKind) { $0.rawValue }
    compare("hidden_units", own.hiddenUnits, other.hiddenUnits, where: hasLayers) { "\($0)" }
    compare("similarity", own.similarity, other.similarity) { $0.rawValue }
    compare("pooling", own.pooling, other.pooling) { $0.rawValue }
    let areTransformers = own.pooling == .transformer && other.pooling == .transformer
    func compareBlocks<Value: Equatable>(_ key: String, _ value: (TwoTowerShape) -> Value) {
      compare(key, value(own), value(other), where: areTransformers) { "\($0)" }
    }
    compareBlocks("blocks") { $0.blocks.blocks }
    compareBlocks("heads") { $0.blocks.heads }
    compareBlocks("feed_forward") { $0.blocks.feedForward.rawValue }
    compareBlocks("feed_forward_dim") { $0.blocks.innerWidth(embedding: $0.embeddingDimension) }
    compare("interests", own.interests, other.interests) { "\($0 ?? 1)" }
    compare("ensemble", own.ensemble, other.ensemble) { "\($0 ?? 1)" }
    compare("newest_click", own.usesNewestClick, other.usesNewestClick) { "\($0)" }
    compare("user_id", own.usesUserID, other.usesUserID, where: isMLP) { "\($0)" }
    compare("category", own.usesCategory, other.usesCategory, where: isItemMLP) { "\($0)" }
    let haveCategory = own.usesCategory && other.usesCategory
    compare("category_dim", own.categoryWidth, other.categoryWidth, where: haveCategory) { "\($0)" }
    let haveTrend = !own.trendHours.isEmpty && !other.trendHours.isEmpty
    compare("trend_hours", own.trendHours, other.trendHours, where: haveTrend) { "\($0)" }
    if let maxSeqLen, own.pooling == .learnedPosition || own.interestsUsePositions {
      compare("max_seq_len", maxSeqLen, other.maxSeqLen, in: "'encode'") { "\($0)" }
    }
    return found
  }
}
