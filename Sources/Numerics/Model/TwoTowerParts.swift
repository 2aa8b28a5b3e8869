import Glibc

/// The tables and towers of a shape.
struct TwoTowerParts {
  let tables: [Parameter]
  /// Tables that are never moved.
  let constants: [Parameter]
  let queryTower: Tower
  let itemTower: Tower

  init(_ shape: TwoTowerShape, _ draw: InitialDraw) {
    var maker = Maker(shape: shape, draw: draw)
    (queryTower, itemTower) = maker.towers()
    tables = maker.tables
    constants = maker.constants
  }
}

/// Makes tables as they are asked for, and towers of them.
private struct Maker {
  let shape: TwoTowerShape
  let draw: InitialDraw
  /// In the order in which they are saved.
  private(set) var tables: [Parameter] = []
  private(set) var constants: [Parameter] = []

  init(shape: TwoTowerShape, draw: InitialDraw) {
    self.shape = shape
    self.draw = draw
  }

  private var unit: UnitLength {
    shape.normalizesItems ? UnitLength(epsilon: Float(max(shape.unitEpsilon, 1e-12))) : .none
  }

  mutating func towers() -> (query: Tower, item: Tower) {
    let users = shape.usesUserID ? table("emb_user", shape.userVocabulary) : nil
    let items = itemTable("emb_item")
    let categories =
      shape.usesCategory ? table("emb_category", shape.categoryVocabulary, width: shape.categoryWidth) : nil
    let clicked = shape.sharesItems ? items : itemTable("emb_history_item")
    let query = queryTower(users: users, clicked: clicked)
    return (query, itemTower(items, categories))
  }

  private mutating func table(
    _ name: String,
    _ rows: Int,
    width: Int? = nil,
    initializer: Initializer? = nil,
    unit: UnitLength = .none
  ) -> Parameter {
    let table = Parameter(
      name,
      .embedding,
      rows: rows,
      columns: width ?? shape.embeddingDimension,
      initializer: initializer ?? shape.embeddingInitializer,
      draw,
      unit: unit
    )
    tables.append(table)
    return table
  }

  private mutating func itemTable(_ name: String) -> Parameter {
    let items = table(name, shape.itemVocabulary, unit: unit)
    if shape.zerosUnknownItem, draw.given == nil { items.value.row(0).update(repeating: 0) }
    return items
  }

  // --- the query tower

  private mutating func queryTower(users: Parameter?, clicked: Parameter) -> Tower {
    let user = users.map { EmbeddingLookup(.user, in: $0) as any FeatureSource }
    let history = history(clicked)
    let contexts = shape.contexts.enumerated().map { column, context in
      let table = table("emb_context_\(context.name)", context.vocabulary, initializer: .zeros)
      return EmbeddingLookup(.context(column), in: table) as any FeatureSource
    }
    let times = shape.timeWidths.map { width in
      let table = table(TwoTowerShape.timeTable(width), shape.timeRows(width), initializer: .zeros)
      return BucketLookup(.requestTime, in: table, width: width) as any FeatureSource
    }
    let features = userFeatures()
    var blocks: [FeatureBlock]
    if shape.queryKind == .identity {
      blocks = [FeatureBlock([history] + (user.map { [$0] } ?? []) + times + contexts + features)]
    } else {
      blocks = (user.map { [FeatureBlock([$0])] } ?? []) + [FeatureBlock([history])]
      blocks += [times, contexts, features].filter { !$0.isEmpty }.map { FeatureBlock($0) }
    }
    if shape.usesNewestClick {
      blocks.append(FeatureBlock([HistoryPool(in: clicked, weights: newestOnly)], role: .mapped))
    }
    return tower("user", shape.queryKind, blocks, clicked: clicked, firstLayerNumber: 0)
  }

  /// What gives a query several vectors `width` wide; nil where it has one.
  private func interests(_ clicked: Parameter, width: Int) -> InterestMap? {
    guard let count = shape.interests else { return nil }
    let slope = shape.pooling.usesPositionRate ? log(shape.positionRate) : 0
    // Scores of clicks at length one differ by about 1 then, so that interests read different ones from the start.
    let codes = dense(
      "history_interest_codes",
      count,
      shape.embeddingDimension,
      .normal(standardDeviation: 1)
    )
    let positions =
      shape.interestsUsePositions
      ? dense("history_interest_positions", count, shape.maxSeqLen, .lines(slope: slope)) : nil
    return InterestMap(
      source: HistoryInterests(in: clicked, codes: codes, positions: positions),
      map: LinearMap(
        name: "user_interest_kernel",
        inputs: shape.embeddingDimension,
        outputs: width,
        draw
      )
    )
  }

  /// The tables of categorical, numeric and multi-valued columns of users, whichever there are.
  private mutating func userFeatures() -> [any FeatureSource] {
    categoryLookups(shape.userCategories, "emb_user_category_")
      + lineLookups(shape.userNumbers.map { ("emb_user_number_\($0.name)", $0.buckets) })
      + bagLookups(shape.userBags, "emb_user_")
  }

  private func history(_ clicked: Parameter) -> any FeatureSource {
    let positions = 0..<shape.maxSeqLen
    switch shape.pooling {
    case .mean:
      guard shape.normalizesItems else { return HistoryMean(in: clicked) }
      return HistoryPool(in: clicked, weights: positions.map { _ in 1 })
    case .decay:
      return HistoryPool(in: clicked, weights: positions.map { Float(pow(shape.positionRate, Double($0))) })
    case .last: return HistoryPool(in: clicked, weights: newestOnly)
    case .learnedPosition:
      let weights = dense("history_position", 1, shape.maxSeqLen, .linear(slope: log(shape.positionRate)))
      return HistoryPool(in: clicked, logWeights: weights)
    case .attention:
      let width = shape.embeddingDimension
      return HistoryAttention(in: clicked, kernel: dense("history_attention_kernel", width, width, .identity))
    case .gru:
      let width = shape.embeddingDimension
      let weights = HistoryGRU.Weights(
        kernel: dense("history_gru_kernel", width, 3 * width, .glorotUniform),
        recurrent: dense("history_gru_recurrent_kernel", width, 3 * width, .orthogonal),
        bias: dense("history_gru_bias", 2, 3 * width, .zeros)
      )
      return HistoryGRU(in: clicked, weights: weights, blockRows: TwoTowerModel.shardRows)
    case .transformer: return transformer(clicked)
    }
  }

  private func transformer(_ clicked: Parameter) -> any FeatureSource {
    let widths = TransformerWidths(shape.blocks, embedding: shape.embeddingDimension)
    let layers = HistoryTransformer.Layers(
      positions: dense(
        "history_positions",
        shape.maxSeqLen,
        widths.vector,
        .normal(standardDeviation: 0.02)
      ),
      blocks: (0..<shape.blocks.blocks).map { index in
        TransformerBlock(name: "history_block\(index)", widths, dropout: shape.blocks.dropout, draw)
      },
      norm: LayerNorm(name: "history_norm", width: widths.vector, draw)
    )
    return HistoryTransformer(in: clicked, layers, widths, dropout: shape.blocks.dropout)
  }

  private func dense(_ name: String, _ rows: Int, _ columns: Int, _ initializer: Initializer) -> Parameter {
    Parameter(name, .dense, rows: rows, columns: columns, initializer: initializer, draw)
  }

  private var newestOnly: [Float] { [1] + [Float](repeating: 0, count: shape.maxSeqLen - 1) }

  // --- the item tower

  private mutating func itemTower(_ items: Parameter, _ categories: Parameter?) -> Tower {
    let item: any FeatureSource =
      shape.itemIDDropout == nil ? EmbeddingLookup(.item, in: items) : ItemLookup(in: items)
    let category = categories.map { EmbeddingLookup(.category, in: $0) }
    let groups: [[any FeatureSource]] = [[item]] + (category.map { [[$0]] } ?? []) + itemFeatures()
    let blocks =
      shape.itemKind == .identity ? [FeatureBlock(groups.flatMap { $0 })] : groups.map { FeatureBlock($0) }
    return tower("item", shape.itemKind, blocks, firstLayerNumber: 1_000)
  }

  /// The tables of categorical columns, of numeric ones, of the age, of multi-valued ones and of pretrained vectors,
  /// whichever there are: each a block.
  private mutating func itemFeatures() -> [[any FeatureSource]] {
    let categories = categoryLookups(shape.itemCategories, "emb_item_category_")
    let count = shape.itemNumbers.count
    let ages = shape.itemAge.map { [("emb_item_age", $0.count)] } ?? []
    let numbers = lineLookups(shape.itemNumbers.map { ("emb_item_number_\($0.name)", $0.buckets) } + ages)
    let bags = bagLookups(shape.itemBags, "emb_item_")
    let vectors = shape.itemVectors.map { [vectorMap($0)] } ?? []
    return [categories, Array(numbers[..<count]), Array(numbers[count...]), bags, vectors]
      .filter { !$0.isEmpty }
  }

  private mutating func vectorMap(_ vectors: TwoTowerShape.Vectors) -> any FeatureSource {
    let table = Parameter(
      TwoTowerShape.Vectors.table,
      vectors.isLearned ? .embedding : .frozen,
      rows: vectors.rows,
      columns: vectors.width,
      initializer: .zeros,
      draw
    )
    if vectors.isLearned { tables.append(table) } else { constants.append(table) }
    return VectorMap(
      in: table,
      kernel: dense("item_vectors_kernel", vectors.width, shape.embeddingDimension, .zeros)
    )
  }

  // --- both

  private mutating func categoryLookups(_ columns: [TwoTowerShape.Context], _ prefix: String)
    -> [any FeatureSource]
  {
    columns.enumerated().map { column, category in
      let table = table(prefix + category.name, category.vocabulary, initializer: .zeros)
      return EmbeddingLookup(.code(column), in: table)
    }
  }

  /// Tables of so many buckets each. Row 0 is what missing values have; a bucket's neighbours are never it.
  private mutating func lineLookups(_ lines: [(name: String, buckets: Int)]) -> [any FeatureSource] {
    lines.enumerated().map { column, line in
      let table = table(line.name, line.buckets + 1, initializer: .zeros)
      return BucketLookup(.place(column), in: table, width: 1)
    }
  }

  private mutating func bagLookups(_ columns: [TwoTowerShape.Bag], _ prefix: String) -> [any FeatureSource] {
    columns.enumerated().map { column, bag in
      BagLookup(column, in: table(prefix + bag.name, bag.vocabulary, initializer: .zeros))
    }
  }

  /// - Parameter clicked: the table that interests read; nil for a tower of one vector a row.
  private func tower(
    _ name: String,
    _ kind: TowerKind,
    _ blocks: [FeatureBlock],
    clicked: Parameter? = nil,
    firstLayerNumber: Int
  ) -> Tower {
    var inputs = blocks.reduce(0) { $0 + $1.width }
    var layers: [DenseLayer] = []
    for (index, units) in (kind == .identity ? [] : shape.hiddenUnits).enumerated() {
      layers.append(
        DenseLayer(
          name: "\(name)_dense\(index)",
          inputs: inputs,
          outputs: units,
          relu: true,
          dropout: shape.dropout,
          draw
        )
      )
      inputs = units
    }
    let width = blocks[0].width
    let mapped = blocks.last?.role == .mapped
    var map: LinearMap?
    if kind == .identity && mapped {
      map = LinearMap(name: "\(name)_newest_kernel", inputs: width, outputs: width, draw)
    } else if kind == .residual {
      map = LinearMap(name: "\(name)_residual_kernel", inputs: inputs, outputs: width, draw)
    }
    return Tower(
      name: name,
      Tower.Parts(
        kind: kind,
        blocks: blocks,
        layers: layers,
        map: map,
        length: length(kind, blocks),
        interests: clicked.flatMap { interests($0, width: kind == .mlp ? inputs : width) },
        firstLayerNumber: firstLayerNumber
      )
    )
  }

  private func length(_ kind: TowerKind, _ blocks: [FeatureBlock]) -> VectorLength {
    guard shape.similarity == .cosine else { return .free }
    // The bare embedding of an item, already brought to length one.
    let isUnit = kind == .identity && blocks.count == 1 && blocks[0].sources.count == 1
    if isUnit && blocks[0].sources[0].table.unit.isActive && blocks[0].sources[0] is EmbeddingLookup {
      return .free
    }
    return shape.unitEpsilon > 0 ? .smooth(epsilon: Float(shape.unitEpsilon)) : .floored
  }
}
