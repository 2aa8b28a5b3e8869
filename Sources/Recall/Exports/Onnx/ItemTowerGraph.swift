import Numerics

/// The item tower as an ONNX graph: from items and their features to `item_vector`.
enum ItemTowerGraph {
  /// The graph.
  /// - Throws: `ModelError.weights` where the model lacks a weight.
  static func graph(_ saved: SavedModel) throws -> OnnxGraph {
    var graph = OnnxGraph(saved.model)
    let vector = try graph.joined(saved.model) { try Self.vector($0.shape, saved, &$1) }
    graph.output(
      vector,
      as: "item_vector",
      [.batch, .fixed(saved.model.shape.vectorDimension)],
      "The vector of each item; a score is its inner product with a request's vector."
    )
    return graph
  }

  /// The vectors of one model.
  private static func vector(_ shape: TwoTowerShape, _ saved: SavedModel, _ graph: inout OnnxGraph) throws
    -> OnnxGraph.Value
  {
    let item = graph.codes(
      "item",
      "The item's code, by 'item' of vocabularies.json; 0 for one that is not known."
    )
    var embedding = try graph.rows(of: "emb_item", at: item)
    if shape.normalizesItems { embedding = graph.unit(embedding, epsilon: max(shape.unitEpsilon, 1e-12)) }
    var blocks = [embedding]
    if shape.usesCategory {
      let category = graph.codes("category", "The code of its category, by 'category' of vocabularies.json.")
      blocks.append(try graph.rows(of: "emb_category", at: category))
    }
    let features = OnnxFeatures(
      "item",
      saved.catalogue.features,
      shape.itemCategories,
      shape.itemNumbers,
      shape.itemBags
    )
    let columns = try features.blocks(&graph)
    // The age lies between numbers and bags, as the tower's first layer has them.
    let age = try shape.itemAge.map { [try ageRow($0, &graph)] } ?? []
    let vectors = shape.itemVectors == nil ? [] : [try vectorRow(&graph)]
    for block in [columns[0], columns[1], age, columns[2], vectors] {
      graph.sum(block).map { blocks.append($0) }
    }
    var vector = try graph.tower(
      "item",
      shape.itemKind,
      summed: blocks,
      mapped: nil,
      layers: shape.hiddenUnits.count
    )
    // A bare embedding of length one stays as it is.
    let isUnit =
      shape.itemKind == .identity && blocks.count == 1 && shape.normalizesItems && shape.itemIDDropout == nil
    if shape.similarity == .cosine, !isUnit {
      vector =
        shape.unitEpsilon > 0
        ? graph.unit(vector, epsilon: shape.unitEpsilon) : graph.flooredUnit(vector)
    }
    return vector
  }

  private static func ageRow(_ buckets: AgeBuckets, _ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let hours = graph.input(
      "item_age_hours",
      .double,
      [.batch],
      "The item's age at the request, in hours; NaN where nobody knows."
    )
    return try graph.interpolated("emb_item_age", at: graph.places(ofAges: hours, among: buckets), width: 1)
  }

  private static func vectorRow(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let row = graph.codes(
      "item_vector_row",
      "The row of the item's pretrained vector, as item_inputs.safetensors has it; 0 for none."
    )
    let vectors = try graph.rows(of: "emb_item_vectors", at: row)
    return graph.apply("MatMul", [vectors, try graph.weight("item_vectors_kernel")])
  }
}
