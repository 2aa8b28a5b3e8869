import Memory
import Testing

@testable import Numerics

/// Gradients of models whose queries have several vectors, as in `ModelGradientTests`.
@Suite("the gradients of interests are the derivatives of the loss")
struct ModelGradientInterestTests {
  static func shape(
    _ kind: TowerKind = .identity,
    interests: Int = 3,
    _ change: (inout TwoTowerShape) -> Void = { _ in }
  ) -> TwoTowerShape {
    ModelGradientTests.shape {
      ($0.embeddingDimension, $0.categoryDimension) = (6, 6)
      ($0.queryKind, $0.itemKind, $0.interests) = (kind, kind, interests)
      $0.unitEpsilon = 0.1
      change(&$0)
    }
  }

  @Test(
    "of every tower and pooling",
    arguments: TowerKind.allCases,
    TwoTowerShape.Pooling.allCases
  )
  func poolings(kind: TowerKind, pooling: TwoTowerShape.Pooling) throws {
    let shape = Self.shape(kind) {
      $0.pooling = pooling
      guard pooling == .transformer else { return }
      var blocks = TwoTowerShape.Transformer()
      (blocks.blocks, blocks.feedForwardDimension, blocks.dropout) = (1, 7, 0)
      $0.transformer = blocks
    }
    var test = try ModelCase(shape, rows: 12)
    if pooling == .transformer { test.oracle.sides = .queries }
    test.check(within: pooling == .transformer ? 1e-4 : 3e-5)
    // Not the first alone, as without a choice.
    let chosen = test.model.queryInterests(test.oracle.users.count)
    #expect(Set(chosen).count > 1, "\(chosen)")
  }

  @Test(
    "of other features, separate tables at length one, and the newest click",
    arguments: TowerKind.allCases
  )
  func features(kind: TowerKind) throws {
    let shape = Self.shape(kind, interests: 2) {
      ($0.sharesItems, $0.normalizesItems, $0.usesNewestClick) = (false, true, true)
      ($0.pooling, $0.learnsTemperature) = (.learnedPosition, true)
      $0.contexts = [TwoTowerShape.Context(name: "device", vocabulary: 3)]
      ($0.timeWidths, $0.timeSpan) = ([4], 20)
      $0.userCategories = [TwoTowerShape.Context(name: "country", vocabulary: 4)]
    }
    try ModelCase(shape, rows: 10).check()
  }

  @Test("of bare products, of a tower without layers, and with one table at length one")
  func variants() throws {
    try ModelCase(Self.shape(.mlp) { ($0.similarity, $0.temperature) = (.dot, 1) }, rows: 8).check()
    let bare = Self.shape(.mlp) { ($0.hiddenUnits, $0.usesUserID, $0.usesCategory) = ([], false, false) }
    try ModelCase(bare, rows: 8).check()
    let unit = Self.shape { ($0.normalizesItems, $0.usesCategory, $0.unitEpsilon) = (true, false, 0) }
    try ModelCase(unit, rows: 8).check()
  }

  @Test(
    "of every form of loss, over a pool with bias, exclusions, weights and a queue",
    arguments: LossForm.allCases
  )
  func losses(form: LossForm) throws {
    let shape = Self.shape(.residual) { $0.dropout = 0.2 }
    var test = try ModelCase(shape, rows: 10, candidates: 17)
    (test.oracle.form, test.oracle.sides) = (form, .queries)
    test.oracle.numbers.itemCount = 40
    if form.canCorrectSampling { test.oracle.bias = (0..<17).map { Double($0) / 5 - 1 } }
    test.oracle.excluded = (0..<10).map { row in (0..<row % 4).map { ($0 * 5 + row) % 17 } }
    test.oracle.weights = (0..<10).map { 0.5 + Double($0 % 3) }
    test.oracle.dropout = DropoutKey(seed: 8, step: 5)
    test.check()
  }

  @Test("of the first dimensions too, whose queries are those of the whole vectors")
  func prefixes() throws {
    let shape = Self.shape { $0.prefixWidths = [2, 4] }
    var test = try ModelCase(shape, rows: 10)
    test.check()
    test.oracle.sides = .queries
    test.check()
  }

  @Test("batches of several shards, and the plain reference kernels")
  func shards() throws {
    let shape = Self.shape(.residual) { $0.pooling = .learnedPosition }
    let test = try ModelCase(shape, rows: 300)
    let plain = try ModelCase(
      shape,
      rows: 300,
      compute: Compute(kernels: ReferenceKernels(), threads: Threads(2))
    )
    let loss = test.forwardBackward()
    #expect(abs(loss - test.oracle.loss) < 1e-5 * loss)
    #expect(abs(loss - plain.forwardBackward()) < 1e-5)
    for (left, right) in zip(test.model.parameters, plain.model.parameters) {
      #expect(relativeDifference(left.fullGradient.values, right.fullGradient.values) < 2e-5, "\(left.name)")
    }
  }

  @Test("equal vectors go to the first interest, as at the start, where the map is zero")
  func ties() throws {
    let test = try ModelCase(Self.shape(), rows: 12)
    for parameter in test.model.parameters where parameter.name == "user_interest_kernel" {
      parameter.value.elements.update(repeating: 0)
    }
    _ = test.forwardBackward()
    #expect(test.model.queryInterests(12) == [Int](repeating: 0, count: 12))
  }
}
