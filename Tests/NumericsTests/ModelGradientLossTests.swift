import Testing

@testable import Numerics

/// Gradients of every loss, with and without a learned temperature, as in `ModelGradientTests` and with its tolerance.
@Suite("the gradients of every loss are its derivatives, with a fixed and a learned temperature")
struct ModelGradientLossTests {
  /// A loss by its name in a test's list of arguments.
  enum Loss: String, CaseIterable, Sendable {
    case symmetric, symmetricCold, symmetricDot, oneDirection, pool, bpr, bprPool
  }

  private static func make(_ loss: Loss, learned: Bool) throws -> ModelCase {
    let isPool = loss == .pool || loss == .bprPool
    var test = try ModelCase(
      ModelGradientTests.shape {
        $0.learnsTemperature = learned
        if loss == .symmetricCold { $0.temperature = 0.02 }
        if loss == .symmetricDot { $0.similarity = .dot }
      },
      rows: 10,
      candidates: isPool ? 17 : nil
    )
    if learned { test.setLogScale(loss == .symmetricCold ? 4 : 1.3) }
    if loss == .bpr || loss == .bprPool { test.oracle.form = .bpr }
    if ![.symmetric, .symmetricCold, .symmetricDot].contains(loss) { test.oracle.sides = .queries }
    return test
  }

  @Test("plain", arguments: Loss.allCases, [false, true])
  func plain(loss: Loss, learned: Bool) throws { try Self.make(loss, learned: learned).check() }

  @Test("with weights, and with a bias on the side of queries", arguments: Loss.allCases, [false, true])
  func weighted(loss: Loss, learned: Bool) throws {
    var test = try Self.make(loss, learned: learned)
    test.oracle.weights = (0..<10).map { 0.5 + Double($0 % 3) }
    test.check()
    test.oracle.bias = test.oracle.items.indices.map { Double($0) / 5 - 1 }
    test.check()
  }

  @Test(
    "with exclusions, some of them repeated or the label itself",
    arguments: [Loss.oneDirection, .pool, .bpr, .bprPool]
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

  @Test("a query that sees no other candidate has no ranking loss")
  func nothingToRank() throws {
    var test = try Self.make(.bpr, learned: true)
    test.oracle.excluded = (0..<10).map { $0 == 3 ? Array(0..<10) : [] }
    test.check()
  }

  @Test("logits far apart keep the loss and its gradient finite, and what is not finite is told")
  func farApart() throws {
    var test = try Self.make(.bpr, learned: true)
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
