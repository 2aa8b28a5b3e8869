import Glibc
import Numerics

/// The clicks of each request as operators, and what they are pooled to.
///
/// The newest click stands in the last column and zeros in front of short histories, so that no lengths are needed; of
/// histories of any length, none too, the newest `maxSeqLen` columns are read.
struct OnnxHistory {
  private let shape: TwoTowerShape
  private var length: Int { shape.maxSeqLen }
  private var table: String { shape.sharesItems ? "emb_item" : "emb_history_item" }
  /// Codes `[batch, length]`, and 1 where one is an item's, else 0.
  private let codes: OnnxGraph.Value
  private let known: OnnxGraph.Value
  private var clicked: OnnxGraph.Value?

  /// Declares the input.
  init(_ shape: TwoTowerShape, _ graph: inout OnnxGraph) {
    self.shape = shape
    let history = graph.input(
      "history",
      .int64,
      [.batch, .free("clicks")],
      "The codes of the clicked items, by 'item' of vocabularies.json: the oldest first, zeros in front of short histories. "
        + "The newest \(shape.maxSeqLen) count, and 0 is an unknown item."
    )
    let pads = graph.constant([Int64(0), Int64(shape.maxSeqLen), 0, 0], [4])
    codes = graph.apply(
      "Slice",
      [
        graph.apply("Pad", [history, pads]), graph.constant([Int64(-shape.maxSeqLen)], [1]),
        graph.constant([Int64.max], [1]), graph.constant([Int64(1)], [1]),
      ]
    )
    known = graph.cast(graph.apply("Greater", [codes, graph.constant([Int64(0)], [1])]), to: .float)
  }

  /// The pooled history, `[batch, width]`.
  mutating func pooled(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    switch shape.pooling {
    case .mean: try pool([Float](repeating: 1, count: length), isPlain: !shape.normalizesItems, &graph)
    case .decay: try pool((0..<length).map { Float(pow(shape.positionRate, Double($0))) }, &graph)
    case .last: try newest(&graph)
    case .learnedPosition:
      try pool(
        try graph.values(of: "history_position").map { max(exp($0), .leastNormalMagnitude) },
        &graph
      )
    case .attention: try attended(&graph)
    case .gru: try read(&graph)
    case .transformer: try transformed(&graph)
    }
  }

  /// What each interest reads, through the map: `[batch, interests, vector width]`; as `HistoryInterests`.
  mutating func interests(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let clicks = try clicks(&graph)
    let count = try graph.rowCount(of: "history_interest_codes")
    let codes = graph.apply(
      "Transpose",
      [try graph.weight("history_interest_codes")],
      [("perm", .ints([1, 0]))]
    )
    var scores = graph.apply("MatMul", [clicks, codes])
    if shape.interestsUsePositions {
      // Of the newest click first, an interest a row; here the newest click is in the last column.
      let positions = try graph.values(of: "history_interest_positions")
      let turned = (0..<length).reversed().flatMap { place in
        (0..<count).map { positions[$0 * length + place] }
      }
      scores = graph.apply("Add", [scores, graph.constant(turned, [1, length, count])])
    }
    let known = graph.unsqueezed(known, axis: 2)
    let lowest = graph.constant([-Float.greatestFiniteMagnitude])
    let held = graph.apply("Where", [graph.cast(known, to: .bool), scores, lowest])
    let shares = graph.apply("Softmax", [held], [("axis", .int(1))])
    let weights = graph.apply(
      "Transpose",
      [graph.apply("Mul", [shares, known])],
      [("perm", .ints([0, 2, 1]))]
    )
    let read = graph.apply("MatMul", [weights, clicks])
    return graph.apply("MatMul", [read, try graph.weight("user_interest_kernel")])
  }

  /// The newest click alone.
  mutating func newest(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    try pool([1] + [Float](repeating: 0, count: length - 1), &graph)
  }

  /// The embeddings of all clicks, `[batch, length, width]`.
  private mutating func clicks(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    if let clicked { return clicked }
    let rows = try rows(codes, &graph)
    clicked = rows
    return rows
  }

  private func rows(_ codes: OnnxGraph.Value, _ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let rows = try graph.rows(of: table, at: codes)
    return shape.normalizesItems ? graph.unit(rows, epsilon: max(shape.unitEpsilon, 1e-12)) : rows
  }

  /// The mean weighed by `weights`, of the newest click first, over known clicks.
  private mutating func pool(_ weights: [Float], isPlain: Bool = false, _ graph: inout OnnxGraph) throws
    -> OnnxGraph.Value
  {
    let positions = graph.constant(Array(weights.reversed()), [1, length])
    let weights = graph.apply("Mul", [known, positions])
    let total = graph.rowSum(weights)
    let sum = graph.weighedSum(weights, of: try clicks(&graph))
    let divisor =
      isPlain
      ? graph.apply("Max", [total, graph.constant([Float(1)])])
      : graph.apply("Add", [total, graph.constant([Float(1e-6)])])
    return graph.apply("Div", [sum, divisor])
  }

  /// As `HistoryAttention`.
  private mutating func attended(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let clicks = try clicks(&graph)
    // The newest known click is where this is largest.
    let ranks = graph.apply(
      "Mul",
      [known, graph.constant((1...length).map { Float($0) }, [1, length])]
    )
    let top = graph.apply("ReduceMax", [ranks], [("axes", .ints([1])), ("keepdims", .int(1))])
    let isTop = graph.apply("Mul", [graph.cast(graph.apply("Equal", [ranks, top]), to: .float), known])
    let newest = graph.apply("MatMul", [graph.unsqueezed(isTop, axis: 1), clicks])
    let query = graph.apply("MatMul", [newest, try graph.weight("history_attention_kernel")])
    let turned = graph.apply("Transpose", [clicks], [("perm", .ints([0, 2, 1]))])
    let scale = graph.constant([1 / Float(shape.embeddingDimension).squareRoot()])
    let scores = graph.squeezed(
      graph.apply("Mul", [graph.apply("MatMul", [query, turned]), scale]),
      axis: 1
    )
    let lowest = graph.constant([-Float.greatestFiniteMagnitude])
    let held = graph.apply("Where", [graph.cast(known, to: .bool), scores, lowest])
    let weights = graph.apply("Softmax", [held], [("axis", .int(1))])
    return graph.weighedSum(graph.apply("Mul", [weights, known]), of: clicks)
  }

  /// The first `count` (`[1]`) of the codes when known clicks are moved together, the oldest first, and unknown ones behind.
  private func packed(_ count: OnnxGraph.Value, _ graph: inout OnnxGraph) -> OnnxGraph.Value {
    let ages = graph.apply(
      "Mul",
      [known, graph.constant((1...length).reversed().map { Float($0) }, [1, length])]
    )
    let order = graph.applySecond(
      "TopK",
      [ages, count],
      [("axis", .int(1)), ("largest", .int(1)), ("sorted", .int(1))]
    )
    return graph.apply("GatherElements", [codes, order], [("axis", .int(1))])
  }

  /// As `HistoryTransformer`: over as many places as the longest history of the batch has known clicks.
  private func transformed(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let count = graph.cast(graph.rowSum(known), to: .int64)
    let one = graph.constant([Int64(1)], [1])
    // One place where there is none; of a batch without rows too.
    let bounds = graph.apply("Concat", [graph.squeezed(count, axis: 1), one], [("axis", .int(0))])
    let longest = graph.apply("ReduceMax", [bounds], [("axes", .ints([0])), ("keepdims", .int(1))])
    let transformer = OnnxTransformer(shape, places: longest, &graph)
    let vectors = try transformer.vectors(of: rows(packed(longest, &graph), &graph), &graph)
    // What stands at the newest known click; nothing does where there is none.
    let last = graph.apply("Sub", [count, one])
    let isNewest = graph.cast(graph.apply("Equal", [transformer.numbers, last]), to: .float)
    return graph.weighedSum(isNewest, of: vectors)
  }

  /// As `HistoryGRU`: known clicks are moved together, the oldest first.
  private mutating func read(_ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
    let width = shape.embeddingDimension
    let codes = packed(graph.constant([Int64(length)], [1]), &graph)
    let steps = graph.apply("Transpose", [try rows(codes, &graph)], [("perm", .ints([1, 0, 2]))])
    let count = graph.rowSum(known)
    // One step where there is none: what it gives is taken away again.
    let lengths = graph.apply("Max", [graph.squeezed(count, axis: 1), graph.constant([Float(1)])])
    func turned(_ name: String, _ graph: inout OnnxGraph) throws -> OnnxGraph.Value {
      let kernel = graph.apply("Transpose", [try graph.weight(name)], [("perm", .ints([1, 0]))])
      return graph.unsqueezed(kernel, axis: 0)
    }
    let bias = graph.apply(
      "Reshape",
      [try graph.weight("history_gru_bias"), graph.constant([1, Int64(6 * width)], [2])]
    )
    let state = graph.applySecond(
      "GRU",
      [
        steps, try turned("history_gru_kernel", &graph), try turned("history_gru_recurrent_kernel", &graph),
        bias, graph.cast(lengths, to: .int32),
      ],
      [("hidden_size", .int(width)), ("linear_before_reset", .int(1))]
    )
    let isRead = graph.apply("Min", [count, graph.constant([Float(1)])])
    return graph.apply("Mul", [graph.squeezed(state, axis: 0), isRead])
  }
}
