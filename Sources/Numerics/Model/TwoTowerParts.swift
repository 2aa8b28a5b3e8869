/// The tables and towers of a shape.
struct TwoTowerParts {
  let tables: [Parameter]
  let queryTower: Tower
  let itemTower: Tower

  init(_ shape: TwoTowerShape, seed: Int) {
    func table(_ name: String, _ rows: Int, _ width: Int) -> Parameter {
      Parameter(
        name,
        .embedding,
        rows: rows,
        columns: width,
        initializer: shape.embeddingInitializer,
        seed: seed
      )
    }
    let items = table("emb_item", shape.itemVocabulary, shape.embeddingDimension)
    var tables = [items]
    var querySources: [any FeatureSource] = [HistoryMean(in: items)]
    var itemSources: [any FeatureSource] = [EmbeddingLookup(.item, in: items)]
    if shape.usesUserID {
      let users = table("emb_user", shape.userVocabulary, shape.embeddingDimension)
      tables.insert(users, at: 0)
      querySources.insert(EmbeddingLookup(.user, in: users), at: 0)
    }
    if shape.usesCategory {
      let categories = table("emb_category", shape.categoryVocabulary, shape.categoryWidth)
      tables.append(categories)
      itemSources.append(EmbeddingLookup(.category, in: categories))
    }
    self.tables = tables
    queryTower = Self.tower("user", querySources, shape, seed: seed, firstLayerNumber: 0)
    itemTower = Self.tower("item", itemSources, shape, seed: seed, firstLayerNumber: 1_000)
  }

  private static func tower(
    _ name: String,
    _ sources: [any FeatureSource],
    _ shape: TwoTowerShape,
    seed: Int,
    firstLayerNumber: Int
  ) -> Tower {
    var inputs = sources.reduce(0) { $0 + $1.width }
    var layers: [DenseLayer] = []
    for (index, units) in shape.hiddenUnits.enumerated() {
      layers.append(
        DenseLayer(
          name: "\(name)_dense\(index)",
          inputs: inputs,
          outputs: units,
          relu: true,
          dropout: shape.dropout,
          seed: seed
        )
      )
      inputs = units
    }
    return Tower(
      name: name,
      sources: sources,
      layers: layers,
      normalizes: shape.similarity == .cosine,
      firstLayerNumber: firstLayerNumber
    )
  }
}
