import Memory
import Testing

@testable import Numerics

/// Gradients of every feature, pooling and tower, as in `ModelGradientTests` and with its tolerance.
///
/// Where item embeddings are read at length one, a history whose newest click is unknown, empty ones, repeated items
/// and windows longer than the model reads are among the rows of every case.
@Suite("the gradients of every feature, pooling and tower are the derivatives of the loss")
struct ModelGradientFeatureTests {
  static let poolings = TwoTowerShape.Pooling.allCases

  /// A query tower with all features, and the same kind of item tower.
  static func shape(
    _ pooling: TwoTowerShape.Pooling,
    _ kind: TowerKind,
    _ change: (inout TwoTowerShape) -> Void = { _ in }
  ) -> TwoTowerShape {
    ModelGradientTests.shape {
      $0.pooling = pooling
      ($0.queryKind, $0.itemKind) = (kind, kind)
      $0.categoryDimension = kind == .mlp ? 3 : 5
      $0.usesNewestClick = true
      $0.contexts = [.init(name: "os", vocabulary: 3), .init(name: "city", vocabulary: 4)]
      $0.timeWidths = [0.5, 2]
      $0.timeSpan = 9
      change(&$0)
    }
  }

  private static func pool(_ shape: TwoTowerShape) throws -> ModelCase {
    var test = try ModelCase(shape, rows: 9, candidates: 11)
    test.oracle.sides = .queries
    test.oracle.weights = (0..<9).map { 0.5 + Double($0 % 3) }
    return test
  }

  @Test("every pooling in every tower, bare embeddings", arguments: poolings, TowerKind.allCases)
  func bare(pooling: TwoTowerShape.Pooling, kind: TowerKind) throws {
    try Self.pool(Self.shape(pooling, kind)).check()
  }

  @Test(
    "every pooling in every tower, separate tables at length one with an epsilon",
    arguments: poolings,
    TowerKind.allCases
  )
  func unitRows(pooling: TwoTowerShape.Pooling, kind: TowerKind) throws {
    let shape = Self.shape(pooling, kind) {
      $0.normalizesItems = true
      $0.unitEpsilon = 0.05
      $0.sharesItems = false
      $0.usesUserID = false
      $0.usesCategory = false
    }
    try Self.pool(shape).check()
  }

  @Test("every pooling of a shared table at length one, bare dot products", arguments: poolings)
  func dot(pooling: TwoTowerShape.Pooling) throws {
    let shape = Self.shape(pooling, .identity) {
      $0.normalizesItems = true
      $0.similarity = .dot
      $0.usesNewestClick = false
      $0.timeWidths = []
    }
    try Self.pool(shape).check()
  }

  @Test(
    "dropout in every tower that has layers, beside the poolings with layers",
    arguments: [TowerKind.mlp, .residual]
  )
  func dropout(kind: TowerKind) throws {
    for pooling in [TwoTowerShape.Pooling.attention, .gru] {
      var test = try Self.pool(Self.shape(pooling, kind) { $0.dropout = 0.3 })
      test.oracle.dropout = DropoutKey(seed: 8, step: 5)
      test.check()
    }
  }

  @Test("attention that is far from even, over wider embeddings")
  func sharpAttention() throws {
    let shape = Self.shape(.attention, .identity) {
      $0.embeddingDimension = 9
      $0.categoryDimension = 9
    }
    var test = try Self.pool(shape)
    let kernel = try #require(test.model.parameters.first { $0.name == "history_attention_kernel" }).value
    for index in kernel.elements.indices { kernel.elements[index] *= 8 }
    test.oracle.values["history_attention_kernel"] = kernel.values.map(Double.init)
    test.check()
  }

  @Test("batches of several shards", arguments: [TwoTowerShape.Pooling.attention, .gru, .transformer])
  func manyShards(pooling: TwoTowerShape.Pooling) throws {
    let test = try ModelCase(ModelGradientTests.shape { $0.pooling = pooling }, rows: 140)
    let loss = test.forwardBackward()
    #expect(abs(loss - test.oracle.loss) < 1e-5 * loss)
    for parameter in test.model.parameters where parameter.name.hasPrefix("history_") {
      #expect(test.gradientError(parameter, directions: 1) < 3e-5, "\(parameter.name)")
    }
  }

  @Test("the plain reference kernels give the same", arguments: poolings)
  func referenceKernels(pooling: TwoTowerShape.Pooling) throws {
    let plain = Compute(kernels: ReferenceKernels(), threads: Threads(1))
    let shape = Self.shape(pooling, .residual)
    let (fast, slow) = (try ModelCase(shape, rows: 20), try ModelCase(shape, rows: 20, compute: plain))
    #expect(abs(fast.forwardBackward() - slow.forwardBackward()) < 1e-5)
    for (left, right) in zip(fast.model.parameters, slow.model.parameters) {
      #expect(relativeDifference(left.fullGradient.values, right.fullGradient.values) < 1e-5, "\(left.name)")
    }
  }
}
