import Memory
import Testing

@testable import Numerics

/// What pooling by attention and by a recurrent unit gives, beside its gradients.
@Suite("pooling by attention and by a gated recurrent unit")
struct PoolingTests {
  static let poolings: [TwoTowerShape.Pooling] = [.attention, .gru, .transformer]

  /// A bare pool: the query vector is what becomes of the clicks.
  private static func model(_ pooling: TwoTowerShape.Pooling, width: Int = 4) throws -> TwoTowerModel {
    let shape = ModelGradientTests.shape {
      $0.pooling = pooling
      $0.embeddingDimension = width
      ($0.queryKind, $0.itemKind) = (.identity, .identity)
      ($0.usesUserID, $0.usesCategory) = (false, false)
      $0.similarity = .dot
      $0.maxSeqLen = 5
    }
    return try TwoTowerModel(shape, seed: 1)
  }

  private static func pooled(_ model: TwoTowerModel, _ histories: [[Int32]]) throws -> [[Float]] {
    let ends = histories.reduce(into: [Int32]()) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    let windows = HistoryWindows(clicks: histories.flatMap { $0 }, starts: [0] + ends.dropLast(), ends: ends)
    let vectors = try model.queryVectors(users: histories.map { _ in 0 }, histories: windows)
    return (0..<vectors.rows).map { Array(vectors.row($0)) }
  }

  @Test(
    "an empty history gives zeros, unknown clicks are skipped wherever they are, and order does not matter to attention alone",
    arguments: poolings
  )
  func unknownClicks(pooling: TwoTowerShape.Pooling) throws {
    let rows = try Self.pooled(
      Self.model(pooling),
      [[], [0, 0], [3, 7, 2], [0, 3, 0, 7, 2], [3, 7, 2, 0], [7, 3, 2], [9, 9, 9, 9, 3, 7, 2, 0, 0]]
    )
    #expect(rows[0].allSatisfy { $0 == 0 } && rows[1].allSatisfy { $0 == 0 })
    #expect(rows[2].contains { $0 != 0 })
    // Zeros within the five newest clicks change nothing but the order of a block's rows.
    for other in [3, 4, 6] { #expect(relativeDifference(rows[other], rows[2]) < 1e-6) }
    let swapped = relativeDifference(rows[5], rows[2])
    #expect(pooling == .attention ? swapped < 1e-6 : swapped > 1e-3)
  }

  @Test("attention begins near the mean, and its weights lean to what the newest click is like")
  func attentionBegins() throws {
    let model = try Self.model(.attention)
    let table = try #require(model.parameters.first { $0.name == "emb_item" }).value
    let mean = (0..<4).map { (table[3, $0] + table[7, $0] + table[2, $0]) / 3 }
    #expect(relativeDifference(try Self.pooled(model, [[3, 7, 2]])[0], mean) < 0.01)
    // Newest click 2 is like click 3 and unlike click 7.
    for (item, value) in [(2, Float(2)), (3, 2), (7, -2)] {
      table.row(item).update(repeating: 0)
      table[item, 0] = value
      table[item, 1] = item == 7 ? 1 : 0
    }
    let pooled = try Self.pooled(model, [[3, 7, 2]])[0]
    // Scores are products over sqrt(4): 2, -2, 2. exp(-4) = 0.0183156 against 1 and 1, so that click 7 has 0.0183156 / 2.0183156.
    #expect(abs(pooled[1] - 0.009_074_7) < 1e-6)
    #expect(abs(pooled[0] - (2 - 4 * 0.009_074_7)) < 1e-5)
  }

  @Test("one step of a GRU by hand, with the reset gate after the product")
  func gruByHand() throws {
    let model = try Self.model(.gru, width: 1)
    let byName = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) })
    func set(_ name: String, _ values: [Float]) throws {
      _ = try #require(byName[name]).elements.update(fromContentsOf: values)
    }
    try set("emb_item", [0, 1, -0.5] + [Float](repeating: 0, count: 8))
    try set("history_gru_kernel", [0.5, -1, 2])
    try set("history_gru_recurrent_kernel", [1, 2, -1.5])
    try set("history_gru_bias", [0.1, 0.2, 0.3, -0.1, 0.4, 0.5])
    // From NumPy: z = s(0.5 e + 1 h + 0.0), r = s(-1 e + 2 h + 0.6), g = tanh(2 e + 0.3 + r (-1.5 h + 0.5)),
    // h <- z h + (1 - z) g, for e = 1 and then e = -0.5.
    let rows = try Self.pooled(model, [[1], [1, 2]])
    #expect(abs(rows[0][0] - 0.372493605) < 1e-6)
    #expect(abs(rows[1][0] - -0.100711569) < 1e-6)
  }

  @Test("kernels begin as said: the identity; Glorot and orthogonal rows; biases at zero")
  func initialWeights() throws {
    let attention = try Self.model(.attention, width: 6)
    let identity = try #require(attention.parameters.first { $0.name == "history_attention_kernel" }).value
    for row in 0..<6 { for column in 0..<6 { #expect(identity[row, column] == (row == column ? 1 : 0)) } }
    let gru = try Self.model(.gru, width: 24)
    let byName = Dictionary(uniqueKeysWithValues: gru.parameters.map { ($0.name, $0.value) })
    let kernel = try #require(byName["history_gru_kernel"])
    let limit = Float((6.0 / (24 + 72)).squareRoot())
    #expect(kernel.rows == 24 && kernel.columns == 72)
    #expect(kernel.elements.allSatisfy { abs($0) <= limit } && (kernel.elements.max() ?? 0) > limit * 0.98)
    let recurrent = try #require(byName["history_gru_recurrent_kernel"])
    for left in 0..<24 {
      for right in 0..<24 {
        let product = zip(recurrent.row(left), recurrent.row(right)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (left == right ? 1 : 0)) < 1e-5)
      }
    }
    let bias = try #require(byName["history_gru_bias"])
    #expect(bias.rows == 2 && bias.columns == 72 && bias.elements.allSatisfy { $0 == 0 })
    #expect(gru.summary.map(\.layer).contains("history_gru (GRU)"))
    #expect(gru.summary.reduce(0) { $0 + $1.parameterCount } == gru.parameterCount)
    #expect(attention.summary.first { $0.layer == "history_attention (Attention)" }?.parameterCount == 36)
  }

  @Test(
    "the same bytes with one thread, two and five, and in inference of any number of rows",
    arguments: poolings
  )
  func threads(pooling: TwoTowerShape.Pooling) throws {
    var results: [[[Float]]] = []
    for threads in [1, 2, 5] {
      let test = try ModelCase(
        ModelGradientTests.shape { $0.pooling = pooling },
        rows: 700,
        compute: Compute(threads: Threads(threads))
      )
      let loss = test.forwardBackward()
      results.append([[Float(loss)]] + test.model.parameters.map { $0.fullGradient.values })
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    let model = try Self.model(pooling)
    let histories = (0..<1_300).map { row in (0..<row % 7).map { Int32((row * 5 + $0 * 3) % 11) } }
    let all = try Self.pooled(model, histories)
    // 1,300 rows are more than inference takes at once; row 1,290 alone is a block of its own.
    #expect(relativeDifference(try Self.pooled(model, [histories[1_290]])[0], all[1_290]) < 1e-6)
  }
}
