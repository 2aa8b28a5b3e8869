extension TwoTowerModel {
  /// The layers from inputs to logits, as Keras's `model.summary()` lists them.
  package var summary: [LayerSummary] {
    guard members.isEmpty else { return joinedSummary }
    var rows = inputSummary + tableSummary + querySummary
    rows += towerSummary(queryTower, from: queryFeatures)
    rows += itemSummary
    rows += towerSummary(itemTower, from: itemFeatures)
    if let trendRoots {
      rows.append(
        LayerSummary(
          layer: "trend (RecentClicks)",
          outputShape: "(None, None)",
          parameterCount: trendRoots.value.elements.count,
          connectedTo: ["request_time", "item"]
        )
      )
    }
    rows.append(
      LayerSummary(
        layer: "logits (\(shape.learnsTemperature ? "Logits, learned temperature" : "Logits"))",
        outputShape: "(None, None)",
        parameterCount: shape.learnsTemperature ? 1 : 0,
        connectedTo: ["user_vec", "item_vec"] + (trendRoots == nil ? [] : ["trend"])
      )
    )
    return rows
  }

  /// The layers of all models, and the vectors that are made of theirs.
  private var joinedSummary: [LayerSummary] {
    let own = members.enumerated().flatMap { place, member in
      let prefix = Self.prefix(ofMember: place)
      return member.summary.map { row in
        LayerSummary(
          layer: prefix + row.layer,
          outputShape: row.outputShape,
          parameterCount: row.parameterCount,
          connectedTo: row.connectedTo.map { prefix + $0 }
        )
      }
    }
    return own
      + ["user_vec", "item_vec"].map { name in
        layer(
          "joined_\(name)",
          "Concatenate",
          shape.vectorDimension,
          from: members.indices.map { Self.prefix(ofMember: $0) + name }
        )
      }
  }

  private var inputSummary: [LayerSummary] {
    func input(_ name: String, _ shape: String) -> LayerSummary {
      LayerSummary(layer: "\(name) (Input)", outputShape: shape, parameterCount: 0, connectedTo: [])
    }
    var rows = [input("history", "(None, \(shape.maxSeqLen))"), input("item", "(None,)")]
    if shape.usesUserID { rows.insert(input("user", "(None,)"), at: 0) }
    if shape.usesCategory { rows.append(input("category", "(None,)")) }
    rows += shape.contexts.map { input($0.name, "(None,)") }
    if !shape.timeWidths.isEmpty || !shape.trendHours.isEmpty {
      rows.append(input("request_time", "(None,)"))
    }
    rows += (shape.itemCategories.map(\.name) + shape.itemNumbers.map(\.name))
      .map { input("item_\($0)", "(None,)") }
    if shape.itemAge != nil { rows.append(input("item_age_at_request", "(None,)")) }
    rows += shape.itemBags.map { input("item_\($0.name)", "(None, None)") }
    if shape.itemVectors != nil { rows.append(input("item_vector", "(None,)")) }
    rows += (shape.userCategories.map(\.name) + shape.userNumbers.map(\.name))
      .map { input("user_\($0)", "(None,)") }
    rows += shape.userBags.map { input("user_\($0.name)", "(None, None)") }
    return rows
  }

  private var tableSummary: [LayerSummary] {
    let clicked = shape.sharesItems ? "emb_item" : "emb_history_item"
    var readers = ["emb_user": ["user"], "emb_category": ["category"], "emb_history_item": ["history"]]
    readers["emb_item"] = shape.sharesItems ? ["history", "item"] : ["item"]
    for context in shape.contexts { readers["emb_context_\(context.name)"] = [context.name] }
    for column in shape.itemCategories {
      readers["emb_item_category_\(column.name)"] = ["item_\(column.name)"]
    }
    for column in shape.itemNumbers { readers["emb_item_number_\(column.name)"] = ["item_\(column.name)"] }
    readers["emb_item_age"] = ["item_age_at_request"]
    readers[TwoTowerShape.Vectors.table] = ["item_vector"]
    for column in shape.userCategories {
      readers["emb_user_category_\(column.name)"] = ["user_\(column.name)"]
    }
    for column in shape.userNumbers { readers["emb_user_number_\(column.name)"] = ["user_\(column.name)"] }
    let bags = shape.itemBags.map { "item_\($0.name)" } + shape.userBags.map { "user_\($0.name)" }
    for bag in bags { readers["emb_\(bag)"] = [bag] }
    return (tables + constants).map { table in
      let width = table.value.columns
      let row = "(None, \(width))"
      let history = "(None, \(shape.maxSeqLen), \(width))"
      let output = table.name != clicked ? row : shape.sharesItems ? "\(history), \(row)" : history
      let kind =
        table.kind == .frozen
        ? "Embedding, frozen"
        : bags.contains(String(table.name.dropFirst("emb_".count)))
          ? "Embedding, weighed sum" : table.unit.isActive ? "Embedding, L2Normalize" : "Embedding"
      return LayerSummary(
        layer: "\(table.name) (\(kind))",
        outputShape: output,
        parameterCount: table.value.elements.count,
        connectedTo: readers[table.name] ?? ["request_time"]
      )
    }
  }

  /// The names of what goes into the query tower, block by block.
  private var queryFeatures: [String] {
    let user = shape.usesUserID ? ["emb_user"] : []
    return user + [poolName] + (shape.timeWidths.isEmpty ? [] : ["time"])
      + (shape.contexts.isEmpty ? [] : ["context"]) + (shape.usesUserFeatures ? ["user_features"] : [])
      + (shape.usesNewestClick ? ["newest_click"] : [])
  }

  private var poolName: String { "history_\(shape.pooling.rawValue)" }

  private var poolKind: String {
    switch shape.pooling {
    case .mean: "MaskedMean"
    case .decay, .last: "WeightedMean"
    case .learnedPosition: "WeightedMean, learned"
    case .attention: "Attention"
    case .gru: "GRU"
    case .transformer: "Transformer, \(shape.blocks.blocks) block\(shape.blocks.blocks == 1 ? "" : "s")"
    }
  }

  private var querySummary: [LayerSummary] {
    let width = shape.embeddingDimension
    let clicked = shape.sharesItems ? "emb_item" : "emb_history_item"
    let count = self.count(
      parameters.filter { $0.name.hasPrefix("history_") && !$0.name.hasPrefix("history_interest_") }
    )
    var rows = [layer(poolName, poolKind, width, from: [clicked, "history"], count: count)]
    if !shape.timeWidths.isEmpty {
      rows.append(layer("time", "Interpolate, Add", width, from: tableNames("emb_time_")))
    }
    if !shape.contexts.isEmpty {
      rows.append(layer("context", "Add", width, from: tableNames("emb_context_")))
    }
    if shape.usesUserFeatures {
      let tables =
        tableNames("emb_user_category_") + tableNames("emb_user_number_")
        + shape.userBags.map { "emb_user_\($0.name)" }
      rows.append(layer("user_features", "Add", width, from: tables))
    }
    if shape.usesNewestClick {
      rows.append(layer("newest_click", "Newest", width, from: [clicked, "history"]))
    }
    if let interests = shape.interests {
      rows.append(
        LayerSummary(
          layer: "history_interests (Attention, \(interests) interests)",
          outputShape: "(None, \(interests), \(width))",
          parameterCount: self.count(parameters.filter { $0.name.hasPrefix("history_interest_") }),
          connectedTo: [clicked, "history"]
        )
      )
    }
    return rows
  }

  private func count(_ parameters: [Parameter]) -> Int {
    parameters.reduce(0) { $0 + $1.value.elements.count }
  }

  /// The names of what goes into the item tower, block by block.
  private var itemFeatures: [String] {
    ["emb_item"] + (shape.usesCategory ? ["emb_category"] : []) + itemSummary.map(\.shortName)
  }

  private var itemSummary: [LayerSummary] {
    let width = shape.embeddingDimension
    var rows: [LayerSummary] = []
    if !shape.itemCategories.isEmpty {
      rows.append(layer("item_categories", "Add", width, from: tableNames("emb_item_category_")))
    }
    if !shape.itemNumbers.isEmpty {
      rows.append(layer("item_numbers", "Interpolate, Add", width, from: tableNames("emb_item_number_")))
    }
    if shape.itemAge != nil {
      rows.append(layer("item_age", "Interpolate", width, from: ["emb_item_age"]))
    }
    if !shape.itemBags.isEmpty {
      rows.append(layer("item_bags", "Add", width, from: shape.itemBags.map { "emb_item_\($0.name)" }))
    }
    if let vectors = shape.itemVectors {
      rows.append(
        layer(
          "item_vectors",
          "Linear",
          width,
          from: [TwoTowerShape.Vectors.table],
          count: vectors.width * width
        )
      )
    }
    return rows
  }

  /// The names of the tables that begin with `prefix`.
  private func tableNames(_ prefix: String) -> [String] {
    tables.map(\.name).filter { $0.hasPrefix(prefix) }
  }

  private func towerSummary(_ tower: Tower, from inputs: [String]) -> [LayerSummary] {
    let mapped = tower.parts.blocks.last?.role == .mapped ? inputs.last : nil
    let summed = mapped == nil ? inputs : Array(inputs.dropLast())
    var rows: [LayerSummary] = []
    var last = inputs
    if inputs.count > 1 && tower.parts.kind != .identity {
      rows.append(layer("\(tower.name)_features", "Concatenate", tower.inputWidth, from: inputs))
      last = ["\(tower.name)_features"]
    }
    rows += layerSummary(tower, from: &last)
    if tower.parts.kind != .mlp {
      last = summed
      if let map = tower.parts.map?.kernel {
        let source = tower.parts.kind == .identity ? mapped.map { [$0] } ?? [] : [rows.last?.shortName ?? ""]
        let name = String(map.name.dropLast("_kernel".count))
        rows.append(layer(name, "Linear", map.value.columns, from: source, count: map.value.elements.count))
        last.append(name)
      }
      if last.count > 1 {
        rows.append(layer("\(tower.name)_sum", "Add", tower.vectorWidth, from: last))
        last = ["\(tower.name)_sum"]
      }
    }
    let kind = tower.parts.length == .free ? "Identity" : "L2Normalize"
    guard let interests = tower.parts.interests else {
      return rows + [layer("\(tower.name)_vec", kind, tower.vectorWidth, from: last)]
    }
    let output = "(None, \(interests.count), \(tower.vectorWidth))"
    rows.append(
      LayerSummary(
        layer: "\(tower.name)_interests (Linear, Add)",
        outputShape: output,
        parameterCount: count([interests.map.kernel]),
        connectedTo: last + ["history_interests"]
      )
    )
    rows.append(
      LayerSummary(
        layer: "\(tower.name)_vec (\(kind))",
        outputShape: output,
        parameterCount: 0,
        connectedTo: ["\(tower.name)_interests"]
      )
    )
    return rows
  }

  private func layerSummary(_ tower: Tower, from last: inout [String]) -> [LayerSummary] {
    var rows: [LayerSummary] = []
    for (index, dense) in tower.layers.enumerated() {
      let name = "\(tower.name)_dense\(index)"
      let count = dense.parameters.reduce(0) { $0 + $1.value.elements.count }
      rows.append(layer(name, dense.relu ? "Dense, ReLU" : "Dense", dense.outputs, from: last, count: count))
      last = [name]
      guard dense.dropout > 0 else { continue }
      rows.append(layer("\(tower.name)_dropout\(index)", "Dropout", dense.outputs, from: last))
      last = ["\(tower.name)_dropout\(index)"]
    }
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

extension LayerSummary {
  /// The name without the kind.
  fileprivate var shortName: String { String(layer.prefix { $0 != " " }) }
}
