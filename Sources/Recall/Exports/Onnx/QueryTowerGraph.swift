import Numerics

/// The query tower as an ONNX graph: from users, histories, times, contexts and features of users to `query_vector`.
struct QueryTowerGraph {
  private let saved: SavedModel
  /// The model, or one of an ensemble's.
  private let model: TwoTowerModel
  private var shape: TwoTowerShape { model.shape }

  /// The graph.
  /// - Throws: `ModelError.weights` where the model lacks a weight.
  static func graph(_ saved: SavedModel) throws -> OnnxGraph {
    var graph = OnnxGraph(saved.model)
    let vector = try graph.joined(saved.model) { try QueryTowerGraph(saved: saved, model: $0).vector(&$1) }
    var axes: [OnnxGraph.Axis] = [.batch, .fixed(saved.model.shape.vectorDimension)]
    if let interests = saved.model.shape.interests { axes.insert(.fixed(interests), at: 1) }
    graph.output(
      vector,
      as: "query_vector",
      axes,
      axes.count == 2
        ? "The vector of each request; a score is its inner product with an item's vector."
        : "The vectors of each request; a score is the largest of their inner products with an item's vector."
    )
    return graph
  }

  /// The vectors of the one model.
  private func vector(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    var history = OnnxHistory(shape, &graph)
    let pool = try history.pooled(&graph)
    let newest = shape.usesNewestClick ? try history.newest(&graph) : nil
    let user = shape.usesUserID ? try userRow(&graph) : nil
    let time = try graph.sum(timeRows(&graph))
    let context = try graph.sum(contextRows(&graph))
    let features = try graph.sum(
      OnnxFeatures("user", saved.userFeatures, shape.userCategories, shape.userNumbers, shape.userBags)
        .blocks(&graph).flatMap { $0 }
    )
    let isSum = shape.queryKind == .identity
    // In the order of the tower's own blocks, which the first layer's rows have.
    let summed = (isSum ? [pool, user] : [user, pool]) + [time, context, features]
    var vector = try graph.tower(
      "user",
      shape.queryKind,
      summed: summed.compactMap { $0 },
      mapped: newest,
      layers: shape.hiddenUnits.count
    )
    if shape.interests != nil {
      vector = graph.apply(
        "Add",
        [try history.interests(&graph), graph.unsqueezed(vector, axis: 1)]
      )
    }
    if shape.similarity == .cosine {
      vector =
        shape.unitEpsilon > 0
        ? graph.unit(vector, epsilon: shape.unitEpsilon) : graph.flooredUnit(vector)
    }
    return vector
  }

  private func userRow(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let user = graph.codes(
      "user",
      "The user's code, by 'user' of vocabularies.json; 0 for one who is not known."
    )
    return try graph.rows(of: "emb_user", at: user)
  }

  /// The tables of the time, read at the hours since the first training click.
  private func timeRows(_ graph: inout OnnxGraph) throws -> [OnnxGraph.Value] {
    guard !shape.timeWidths.isEmpty else { return [] }
    let time = graph.codes("time", "When the request comes, as the click log counts time.")
    let since = graph.cast(
      graph.apply("Sub", [time, graph.constant([saved.clock.origin], [1])]),
      to: .double
    )
    let ticks = graph.constant([3600 * Double(saved.clock.ticksPerSecond)])
    let hours = graph.cast(graph.apply("Div", [since, ticks]), to: .float)
    let tables = model.weights.map(\.name).filter { $0.hasPrefix("emb_time_") }
    return try zip(shape.timeWidths, tables).map { width, table in
      try graph.interpolated(table, at: hours, width: width)
    }
  }

  private func contextRows(_ graph: inout OnnxGraph) throws -> [OnnxGraph.Value] {
    try shape.contexts.map { column in
      let name = "context_\(column.name)"
      let codes = graph.codes(
        name,
        "The code of the request's \(column.name), by '\(name)' of vocabularies.json."
      )
      return try graph.rows(of: "emb_\(name)", at: codes)
    }
  }
}
