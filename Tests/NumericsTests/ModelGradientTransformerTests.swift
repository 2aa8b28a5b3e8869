import Testing

@testable import Numerics

/// Gradients of the transformer's blocks, as in `ModelGradientTests`; they pass through three times as many operations in
/// Float32, with sums that cancel in every normalisation, for which the tolerance leaves room.
@Suite("the gradients of a transformer are the derivatives of the loss")
struct ModelGradientTransformerTests {
  private static let tolerance = 1e-4

  static func shape(
    _ kind: TowerKind = .identity,
    _ blocks: (inout TwoTowerShape.Transformer) -> Void = { _ in },
    _ change: (inout TwoTowerShape) -> Void = { _ in }
  ) -> TwoTowerShape {
    ModelGradientTests.shape {
      $0.pooling = .transformer
      ($0.embeddingDimension, $0.categoryDimension) = (6, 6)
      ($0.queryKind, $0.itemKind) = (kind, kind)
      $0.unitEpsilon = 0.1
      $0.maxSeqLen = 5
      var transformer = TwoTowerShape.Transformer()
      (transformer.feedForwardDimension, transformer.dropout) = (7, 0)
      blocks(&transformer)
      $0.transformer = transformer
      change(&$0)
    }
  }

  /// Ten rows in five sequences: rows whose windows grow from one to the next, some with unknown clicks, a row with none.
  static func sequences(_ shape: TwoTowerShape, compute: Compute = Compute()) throws -> ModelCase {
    var test = try ModelCase(shape, rows: 10, compute: compute)
    test.oracle.sides = .queries
    test.oracle.sharesWindows = true
    test.oracle.histories = [
      [], [4], [4, 0], [4, 0, 7], [4, 0, 7, 9, 9], [2, 3], [5], [8, 1, 8], [8, 1, 8, 6], [3],
    ]
    return test
  }

  @Test(
    "of relu and of a gate, with one, two and three heads, one to three blocks",
    arguments: TwoTowerShape.Transformer.FeedForward.allCases,
    [(1, 1), (2, 2), (3, 1), (1, 3)]
  )
  func blocks(feedForward: TwoTowerShape.Transformer.FeedForward, sizes: (heads: Int, blocks: Int)) throws {
    let shape = Self.shape(
      .identity,
      { ($0.feedForward, $0.heads, $0.blocks) = (feedForward, sizes.heads, sizes.blocks) }
    )
    try Self.sequences(shape).check(within: Self.tolerance)
  }

  @Test("with dropout at every place", arguments: TwoTowerShape.Transformer.FeedForward.allCases)
  func dropout(feedForward: TwoTowerShape.Transformer.FeedForward) throws {
    let shape = Self.shape(
      .residual,
      { ($0.feedForward, $0.heads, $0.dropout) = (feedForward, 2, 0.3) },
      { $0.dropout = 0.2 }
    )
    var test = try Self.sequences(shape)
    test.oracle.dropout = DropoutKey(seed: 8, step: 5)
    test.check(within: Self.tolerance)
  }

  @Test("of separate tables at length one, with context, time and weights", arguments: TowerKind.allCases)
  func inputs(kind: TowerKind) throws {
    let shape = Self.shape(kind, { $0.heads = 2 }) {
      ($0.sharesItems, $0.normalizesItems, $0.usesNewestClick) = (false, true, true)
      $0.contexts = [TwoTowerShape.Context(name: "device", vocabulary: 3)]
      ($0.timeWidths, $0.timeSpan) = ([4], 20)
    }
    var test = try Self.sequences(shape)
    test.oracle.weights = (0..<10).map { 0.5 + Double($0 % 3) }
    test.oracle.excluded = (0..<10).map { row in [(row + 1) % 10, (row + 4) % 10] }
    test.check(within: Self.tolerance)
  }

  @Test("the plain reference kernels give the same")
  func referenceKernels() throws {
    let shape = Self.shape(.identity, { ($0.feedForward, $0.heads, $0.dropout) = (.swiglu, 2, 0.3) })
    var tests = [
      try Self.sequences(shape),
      try Self.sequences(shape, compute: Compute(kernels: ReferenceKernels(), threads: .available)),
    ]
    for index in tests.indices { tests[index].oracle.dropout = DropoutKey(seed: 8, step: 5) }
    #expect(abs(tests[0].forwardBackward() - tests[1].forwardBackward()) < 1e-5)
    for (left, right) in zip(tests[0].model.parameters, tests[1].model.parameters) {
      #expect(relativeDifference(left.fullGradient.values, right.fullGradient.values) < 3e-5, "\(left.name)")
    }
  }

  @Test("rows that share a sequence have the loss and gradients that they have each by itself")
  func shared() throws {
    var shape = Self.shape(.identity, { $0.heads = 2 })
    shape.maxSeqLen = 40
    var together = try ModelCase(shape, rows: 400)
    together.oracle.sides = .queries
    // Sequences of 1 to 40 targets, so that shards of 128 rows would cut some of them.
    together.oracle.histories = (0..<400).map { row in
      (0..<(row % 41)).map { 1 + ($0 * 7 + row / 41 * 3) % 10 }
    }
    var apart = together
    together.oracle.sharesWindows = true
    apart.oracle.sharesWindows = false
    let losses = (together.forwardBackward(), together.model.parameters.map { $0.fullGradient.values })
    #expect(abs(apart.forwardBackward() - losses.0) < 1e-6)
    for (parameter, gradient) in zip(apart.model.parameters, losses.1) {
      #expect(relativeDifference(parameter.fullGradient.values, gradient) < 2e-5, "\(parameter.name)")
    }
  }
}
