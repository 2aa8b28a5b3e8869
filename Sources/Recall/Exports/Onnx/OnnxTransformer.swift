import Numerics

/// The blocks of a transformer over known clicks as operators; their formulas are those of `TransformerBlock`.
///
/// Clicks stand at the first places of a row, so that those behind them, which are no clicks, are later ones: nobody sees
/// these, and what is computed of them is not read.
struct OnnxTransformer {
  private let shape: TwoTowerShape
  private var blocks: TwoTowerShape.Transformer { shape.blocks }
  private var width: Int { shape.embeddingDimension }
  /// How many places there are, `[1]`, and their numbers from 0, `[places]`.
  private let places: OnnxGraph.Value
  let numbers: OnnxGraph.Value
  /// Whether a place, by row, sees another, by column, `[places, places]`.
  private let isSeen: OnnxGraph.Value

  /// Prepares blocks over `places`, `[1]`.
  init(_ shape: TwoTowerShape, places: OnnxGraph.Value, _ graph: inout OnnxGraph) {
    (self.shape, self.places) = (shape, places)
    let (zero, one) = (graph.constant([Int64(0)], []), graph.constant([Int64(1)], []))
    numbers = graph.apply("Range", [zero, graph.squeezed(places, axis: 0), one])
    isSeen = graph.apply(
      "GreaterOrEqual",
      [graph.unsqueezed(numbers, axis: 1), graph.unsqueezed(numbers, axis: 0)]
    )
  }

  /// What stands at each place of clicks with these embeddings, both `[batch, places, width]`.
  /// - Throws: `ModelError.weights`.
  func vectors(of clicks: OnnxGraph.Value, _ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let positions = graph.apply(
      "Slice",
      [
        try graph.weight("history_positions"), graph.constant([Int64(0)], [1]), places,
        graph.constant([Int64(0)], [1]),
      ]
    )
    let scaled = graph.apply("Mul", [clicks, graph.constant([Float(width).squareRoot()])])
    var vectors = graph.apply("Add", [scaled, positions])
    for block in 0..<blocks.blocks {
      let name = "history_block\(block)"
      let attended = try attended(normalized(vectors, "\(name)_norm", &graph), name, &graph)
      vectors = graph.apply("Add", [vectors, attended])
      let fed = try fed(normalized(vectors, "\(name)_feed_norm", &graph), name, &graph)
      vectors = graph.apply("Add", [vectors, fed])
    }
    return try normalized(vectors, "history_norm", &graph)
  }

  private func attended(_ vectors: OnnxGraph.Value, _ name: String, _ graph: inout OnnxGraph) throws
    -> OnnxGraph.Value
  {
    let projections = try dense(vectors, "\(name)_attention", &graph)
    let queries = heads(of: projections, third: 0, turned: false, &graph)
    let keys = heads(of: projections, third: 1, turned: true, &graph)
    let values = heads(of: projections, third: 2, turned: false, &graph)
    let scale = graph.constant([1 / Float(width / blocks.heads).squareRoot()])
    let scores = graph.apply("Mul", [graph.apply("MatMul", [queries, keys]), scale])
    let lowest = graph.constant([-Float.greatestFiniteMagnitude])
    let weights = graph.apply(
      "Softmax",
      [graph.apply("Where", [isSeen, scores, lowest])],
      [("axis", .int(3))]
    )
    let mixed = graph.apply(
      "Transpose",
      [graph.apply("MatMul", [weights, values])],
      [("perm", .ints([0, 2, 1, 3]))]
    )
    let joined = graph.apply("Reshape", [mixed, graph.constant([0, 0, Int64(width)], [3])])
    return try dense(joined, "\(name)_output", &graph)
  }

  /// Queries, keys or values of all heads, `[batch, heads, places, width of a head]`, or the last two `turned`.
  private func heads(of projections: OnnxGraph.Value, third: Int, turned: Bool, _ graph: inout OnnxGraph)
    -> OnnxGraph.Value
  {
    let own = columns(of: projections, third * width..<(third + 1) * width, &graph)
    let (heads, each) = (Int64(blocks.heads), Int64(width / blocks.heads))
    let split = graph.apply("Reshape", [own, graph.constant([0, 0, heads, each], [4])])
    return graph.apply("Transpose", [split], [("perm", .ints(turned ? [0, 2, 3, 1] : [0, 2, 1, 3]))])
  }

  private func fed(_ vectors: OnnxGraph.Value, _ name: String, _ graph: inout OnnxGraph) throws
    -> OnnxGraph.Value
  {
    let first = try dense(vectors, "\(name)_feed", &graph)
    let inner = blocks.innerWidth(embedding: width)
    let activated: OnnxGraph.Value
    switch blocks.feedForward {
    case .relu: activated = graph.apply("Relu", [first])
    case .swiglu:
      let gate = columns(of: first, 0..<inner, &graph)
      let opened = graph.apply("Mul", [gate, graph.apply("Sigmoid", [gate])])
      activated = graph.apply("Mul", [opened, columns(of: first, inner..<2 * inner, &graph)])
    }
    return try dense(activated, "\(name)_feed_output", &graph)
  }

  private func columns(of value: OnnxGraph.Value, _ range: Range<Int>, _ graph: inout OnnxGraph)
    -> OnnxGraph.Value
  {
    graph.apply(
      "Slice",
      [
        value, graph.constant([Int64(range.lowerBound)], [1]), graph.constant([Int64(range.upperBound)], [1]),
        graph.constant([Int64(2)], [1]),
      ]
    )
  }

  private func dense(_ value: OnnxGraph.Value, _ name: String, _ graph: inout OnnxGraph) throws
    -> OnnxGraph.Value
  {
    let product = graph.apply("MatMul", [value, try graph.weight("\(name)_kernel")])
    return graph.apply("Add", [product, try graph.weight("\(name)_bias")])
  }

  private func normalized(_ value: OnnxGraph.Value, _ name: String, _ graph: inout OnnxGraph) throws
    -> OnnxGraph.Value
  {
    let gain = graph.squeezed(try graph.weight("\(name)_gain"), axis: 0)
    let bias = graph.squeezed(try graph.weight("\(name)_bias"), axis: 0)
    return graph.apply(
      "LayerNormalization",
      [value, gain, bias],
      [("axis", .int(-1)), ("epsilon", .float(1e-5))]
    )
  }
}
