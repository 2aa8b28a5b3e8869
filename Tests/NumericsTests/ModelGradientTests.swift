import Memory
import Testing

@testable import Numerics

/// Losses and gradients of the whole model against the Double oracle and its central differences.
///
/// Gradients pass through some ten Float32 operations with sums of up to 150 terms, each good to 6e-8: 3e-5 of the
/// length of a parameter's gradient leaves room for cancellation. Losses are good to 1e-5.
@Suite("the model's gradients are the derivatives of its loss")
struct ModelGradientTests {
  static func shape(_ change: (inout TwoTowerShape) -> Void = { _ in }) -> TwoTowerShape {
    var shape = TwoTowerShape(userVocabulary: 6, itemVocabulary: 11, categoryVocabulary: 4)
    shape.embeddingDimension = 5
    shape.categoryDimension = 3
    shape.hiddenUnits = [7, 6]
    shape.dropout = 0
    shape.temperature = 0.2
    shape.maxSeqLen = 4
    change(&shape)
    return shape
  }

  @Test("symmetric in-batch softmax, with one exponential for both sides")
  func symmetric() throws { try ModelCase(Self.shape(), rows: 10).check() }

  @Test("symmetric softmax whose logits are too wide for one exponential")
  func symmetricCold() throws {
    try ModelCase(Self.shape { $0.temperature = 0.02 }, rows: 10).check()
  }

  @Test("one direction")
  func oneDirection() throws {
    var test = try ModelCase(Self.shape(), rows: 10)
    test.oracle.sides = .queries
    test.check()
  }

  @Test("a pool with bias, exclusions and weights")
  func pool() throws {
    var test = try ModelCase(Self.shape(), rows: 10, candidates: 17)
    test.oracle.sides = .queries
    test.oracle.bias = (0..<17).map { Double($0) / 5 - 1 }
    test.oracle.excluded = (0..<10).map { row in (0..<row % 4).map { ($0 * 5 + row) % 17 } }
    test.oracle.weights = (0..<10).map { 0.5 + Double($0 % 3) }
    test.check()
  }

  @Test("symmetric softmax with weights, and with a bias on one side")
  func symmetricWeighted() throws {
    var test = try ModelCase(Self.shape(), rows: 9)
    test.oracle.weights = (0..<9).map { 0.5 + Double($0 % 3) }
    test.check()
    test.oracle.bias = (0..<9).map { Double($0) / 4 - 1 }
    test.check()
  }

  @Test("dropout in every layer")
  func dropout() throws {
    var test = try ModelCase(Self.shape { $0.dropout = 0.25 }, rows: 10)
    test.oracle.dropout = DropoutKey(seed: 8, step: 5)
    test.check()
  }

  @Test("dot products, no user id, no category, no hidden layer")
  func variants() throws {
    try ModelCase(Self.shape { $0.similarity = .dot }, rows: 8).check()
    try ModelCase(Self.shape { $0.usesUserID = false }, rows: 8).check()
    try ModelCase(Self.shape { $0.usesCategory = false }, rows: 8).check()
    let bare = Self.shape {
      $0.hiddenUnits = []
      $0.usesUserID = false
      $0.usesCategory = false
    }
    try ModelCase(bare, rows: 8).check()
  }

  @Test("batches of several shards, tiles and a remainder")
  func manyShards() throws {
    let test = try ModelCase(Self.shape(), rows: 150)
    let loss = test.forwardBackward()
    #expect(abs(loss - test.oracle.loss) < 1e-5 * loss)
    // The oracle takes its time over 150 rows: one bias of each tower sees all shards.
    for name in ["user_dense1_bias", "item_dense1_bias"] {
      let bias = try #require(test.model.parameters.first { $0.name == name })
      #expect(test.gradientError(bias, directions: 1) < 3e-5, "\(name)")
    }
  }

  @Test("the plain reference kernels give the same loss and gradients")
  func referenceKernels() throws {
    let fast = try ModelCase(Self.shape(), rows: 40)
    let plain = try ModelCase(
      Self.shape(),
      rows: 40,
      compute: Compute(kernels: ReferenceKernels(), threads: Threads(1))
    )
    #expect(abs(fast.forwardBackward() - plain.forwardBackward()) < 1e-5)
    for (left, right) in zip(fast.model.parameters, plain.model.parameters) {
      #expect(relativeDifference(left.fullGradient.values, right.fullGradient.values) < 1e-5, "\(left.name)")
    }
  }
}
