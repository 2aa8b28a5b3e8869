import Memory
import Testing

@testable import Numerics

/// Gradients of every loss, with and without a learned temperature, as in `ModelGradientTests` and with its tolerance.
@Suite("the gradients of every loss are its derivatives, with a fixed and a learned temperature")
struct ModelGradientLossTests {
  /// A loss as a test's list of arguments has it.
  struct Loss: Sendable, CustomTestStringConvertible {
    var form = LossForm.softmax
    var sides = SoftmaxSides.queries
    var isPool = false
    var isCold = false
    var similarity: TwoTowerShape.Similarity?

    var testDescription: String {
      [
        form.rawValue, sides == .symmetric ? "symmetric" : "", isPool ? "pool" : "", isCold ? "cold" : "",
        similarity.map { "\($0)" } ?? "",
      ]
      .filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// From query to item, over a batch and over a pool.
    static let directed = LossForm.allCases.flatMap { form in
      [false, true].map { Loss(form: form, isPool: $0) }
    }
    static let all =
      directed + [
        Loss(sides: .symmetric), Loss(sides: .symmetric, isCold: true),
        Loss(sides: .symmetric, similarity: .dot),
      ]
    /// Those that compare in pairs.
    static let pairs = LossForm.allCases.filter { $0 != .softmax }
    /// Those of them that go by logits.
    static let logitPairs = pairs.filter(\.usesTemperature)
  }

  private static func make(
    _ loss: Loss,
    learned: Bool,
    _ change: (inout TwoTowerShape) -> Void = { _ in }
  ) throws -> ModelCase {
    var test = try ModelCase(
      ModelGradientTests.shape {
        $0.learnsTemperature = learned
        if loss.isCold { $0.temperature = 0.02 }
        if let similarity = loss.similarity { $0.similarity = similarity }
        change(&$0)
      },
      rows: 10,
      candidates: loss.isPool ? 17 : nil
    )
    if learned { test.setLogScale(loss.isCold ? 4 : 1.3) }
    (test.oracle.form, test.oracle.sides) = (loss.form, loss.sides)
    // Numbers that no cosine of the case lies near to.
    test.oracle.numbers.margin = 0.1
    test.oracle.numbers.negativeWeight = 1.5
    test.oracle.numbers.positivePower = 0.3
    // The third best of 40 items, of which a batch of 10 or a pool of 17 tells.
    (test.oracle.numbers.topK, test.oracle.numbers.itemCount) = (12, 40)
    test.oracle.numbers.weightTemperature = 0.4
    return test
  }

  @Test("plain", arguments: Loss.all, [false, true])
  func plain(loss: Loss, learned: Bool) throws { try Self.make(loss, learned: learned).check() }

  @Test("with weights, and with a bias on the side of queries", arguments: Loss.all, [false, true])
  func weighted(loss: Loss, learned: Bool) throws {
    var test = try Self.make(loss, learned: learned)
    test.oracle.weights = (0..<10).map { 0.5 + Double($0 % 3) }
    test.check()
    test.oracle.bias = test.oracle.items.indices.map { Double($0) / 5 - 1 }
    test.check()
  }

  @Test(
    "with exclusions, some of them repeated or the label itself",
    arguments: Loss.directed
  )
  func excluded(loss: Loss) throws {
    var test = try Self.make(loss, learned: true)
    let count = test.oracle.items.count
    test.oracle.bias = test.oracle.items.indices.map { Double($0) / 5 - 1 }
    test.oracle.excluded = (0..<10).map { row in
      var columns = [test.oracle.labels[row]]
      for number in 0..<row % 4 { columns += [Int](repeating: (number * 5 + row) % count, count: 2) }
      return columns
    }
    test.check()
  }

  @Test(
    "with candidates that some queries alone see, in a softmax and in pairs, with a bias and exclusions too",
    arguments: Loss.directed.filter(\.isPool)
  )
  func own(loss: Loss) throws {
    var test = try Self.make(loss, learned: true)
    // 17 candidates, the last 6 of which belong to none, one or three of the queries.
    test.oracle.labels = test.oracle.labels.map { $0 % 11 }
    let columns = (0..<10).map { row in (11..<17).filter { ($0 * 3 + row) % 5 == 0 && row != 4 } }
    test.oracle.own = (11, columns)
    #expect(columns.map(\.count) == [1, 1, 2, 1, 0, 1, 1, 2, 1, 1])
    test.check()
    test.oracle.weights = (0..<10).map { 0.5 + Double($0 % 3) }
    test.oracle.bias = test.oracle.items.indices.map { Double($0) / 5 - 1 }
    test.oracle.excluded = (0..<10).map { row in [row % 11, 11 + row % 6] }
    test.check()
  }

  @Test("with candidates of earlier batches, which are not moved", arguments: Loss.directed)
  func queued(loss: Loss) throws {
    for widths in [[], [3]] {
      var test = try Self.make(loss, learned: true) { $0.prefixWidths = widths }
      var generator = NumpyGenerator(seed: 9)
      test.oracle.queued = (0..<5).map { _ in
        let vector = (0..<6).map { _ in abs(generator.normal(0, 1)) }
        return vector / (vector * vector).squareRoot()
      }
      test.check()
      let count = test.oracle.items.count + 5
      test.oracle.bias = (0..<count).map { Double($0) / 5 - 1 }
      test.oracle.excluded = (0..<10).map { row in [(row * 3) % count, count - 1 - row % 5] }
      test.check()
    }
  }

  @Test("of the first dimensions too, at two widths", arguments: Loss.all, [false, true])
  func prefixes(loss: Loss, learned: Bool) throws {
    for epsilon in [0, 0.05] {
      var test = try Self.make(loss, learned: learned) {
        ($0.prefixWidths, $0.unitEpsilon) = ([2, 4], epsilon)
        ($0.queryKind, $0.itemKind, $0.categoryDimension) = (.residual, .residual, 5)
      }
      test.check()
      test.oracle.weights = (0..<10).map { 0.5 + Double($0 % 3) }
      test.oracle.bias = test.oracle.items.indices.map { Double($0) / 5 - 1 }
      test.check()
    }
  }

  @Test(
    "with a bias that a query's own candidate goes without, in a batch and in a pool",
    arguments: Loss.directed
  )
  func spared(loss: Loss) throws {
    var test = try Self.make(loss, learned: true)
    test.oracle.bias = test.oracle.items.indices.map { Double($0) / 5 - 1 }
    let before = test.oracle.loss
    test.oracle.sparesLabels = true
    #expect(abs(test.oracle.loss - before) > 1e-3)
    test.check()
  }

  @Test("a query that sees no other candidate has no loss but its target's", arguments: Loss.pairs)
  func nothingToRank(form: LossForm) throws {
    var test = try Self.make(Loss(form: form), learned: true)
    test.oracle.excluded = (0..<10).map { $0 == 3 ? Array(0..<10) : [] }
    test.check()
  }

  @Test(
    "logits far apart keep the loss and its gradient finite, and what is not finite is told",
    arguments: Loss.logitPairs
  )
  func farApart(form: LossForm) throws {
    var test = try Self.make(Loss(form: form), learned: true)
    test.setLogScale(5.5)
    test.check()
    test.setLogScale(.infinity)
    #expect(!test.forwardBackward().isFinite)
  }
}

extension ModelCase {
  /// Sets the logarithm of 1 / temperature, where it is learned.
  fileprivate mutating func setLogScale(_ value: Float) {
    model.logScale?.value[0, 0] = value
    oracle.values["log_scale"] = [Double(value)]
  }
}
