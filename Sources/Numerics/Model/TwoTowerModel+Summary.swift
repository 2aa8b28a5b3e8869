extension TwoTowerModel {
  /// The layers from inputs to logits, as Keras's `model.summary()` lists them.
  public var summary: [LayerSummary] {
    var rows = inputSummary + tableSummary
    rows.append(layer("history_mean", "MaskedMean", shape.embeddingDimension, from: ["emb_item", "history"]))
    let query = (shape.usesUserID ? ["emb_user"] : []) + ["history_mean"]
    rows += towerSummary(queryTower, from: query)
    rows += towerSummary(itemTower, from: ["emb_item"] + (shape.usesCategory ? ["emb_category"] : []))
    rows.append(
      LayerSummary(
        layer: "logits (Logits)",
        outputShape: "(None, None)",
        parameterCount: 0,
        connectedTo: ["user_vec", "item_vec"]
      )
    )
    return rows
  }

  private var inputSummary: [LayerSummary] {
    func input(_ name: String, _ shape: String) -> LayerSummary {
      LayerSummary(layer: "\(name) (Input)", outputShape: shape, parameterCount: 0, connectedTo: [])
    }
    var rows = [input("history", "(None, \(shape.maxSeqLen))"), input("item", "(None,)")]
    if shape.usesUserID { rows.insert(input("user", "(None,)"), at: 0) }
    if shape.usesCategory { rows.append(input("category", "(None,)")) }
    return rows
  }

  private var tableSummary: [LayerSummary] {
    tables.map { table in
      let width = table.value.columns
      let readers = ["emb_user": ["user"], "emb_item": ["history", "item"], "emb_category": ["category"]]
      let isItems = table.name == "emb_item"
      return LayerSummary(
        layer: "\(table.name) (Embedding)",
        outputShape: isItems ? "(None, \(shape.maxSeqLen), \(width)), (None, \(width))" : "(None, \(width))",
        parameterCount: table.value.elements.count,
        connectedTo: readers[table.name] ?? []
      )
    }
  }

  private func towerSummary(_ tower: Tower, from inputs: [String]) -> [LayerSummary] {
    var rows: [LayerSummary] = []
    var last = inputs
    if inputs.count > 1 {
      rows.append(layer("\(tower.name)_features", "Concatenate", tower.featureWidth, from: inputs))
      last = ["\(tower.name)_features"]
    }
    for (index, dense) in tower.layers.enumerated() {
      let name = "\(tower.name)_dense\(index)"
      let count = dense.parameters.reduce(0) { $0 + $1.value.elements.count }
      rows.append(layer(name, dense.relu ? "Dense, ReLU" : "Dense", dense.outputs, from: last, count: count))
      last = [name]
      guard dense.dropout > 0 else { continue }
      rows.append(layer("\(tower.name)_dropout\(index)", "Dropout", dense.outputs, from: last))
      last = ["\(tower.name)_dropout\(index)"]
    }
    rows.append(
      layer("\(tower.name)_vec", tower.normalizes ? "L2Normalize" : "Identity", tower.vectorWidth, from: last)
    )
    return rows
  }

  private func layer(
    _ name: String,
    _ kind: String,
    _ width: Int,
    from inputs: [String],
    count: Int = 0
  ) -> LayerSummary {
    LayerSummary(
      layer: "\(name) (\(kind))",
      outputShape: "(None, \(width))",
      parameterCount: count,
      connectedTo: inputs
    )
  }
}
