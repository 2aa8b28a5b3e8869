import Glibc
import Testing

@testable import Sweep

@Suite("Parzen estimators")
struct ParzenTests {
  @Test("the last 25 observations weigh 1, older ones less and less")
  func ageWeights() {
    #expect(ParzenEstimator.ageWeights(0) == [])
    #expect(ParzenEstimator.ageWeights(3) == [1, 1, 1])
    #expect(ParzenEstimator.ageWeights(26) == [1.0 / 26] + [Double](repeating: 1, count: 25))
    // From 1/28 to 1 in three steps; the middle is 29/56.
    let ramp = Array(ParzenEstimator.ageWeights(28).prefix(4))
    let middle: Double = 29.0 / 56
    #expect(ramp[0] == 1.0 / 28)
    #expect(abs(ramp[1] - middle) < 1e-15)
    #expect(Array(ramp.suffix(2)) == [1, 1])
  }

  @Test("a kernel is as wide as the way to its farther neighbour, not below a fifth of the line with three")
  func deviations() {
    // Gaps 1 and 4; of 10 / (3 + 2) at least.
    #expect(ParzenDimension.deviations([6, 1, 2], low: 0, high: 10) == [4, 2, 4])
    // Alone, the line's ends are the neighbours.
    #expect(ParzenDimension.deviations([3], low: 0, high: 10) == [7])
    // Two at the same place keep the least width.
    #expect(ParzenDimension.deviations([5, 5], low: 0, high: 10) == [2.5, 2.5])
    // Beyond 98 observations the least width is a hundredth.
    let many = ParzenDimension.deviations([Double](repeating: 5, count: 200), low: 0, high: 10)
    #expect(many == [Double](repeating: 0.1, count: 200))
  }

  @Test("choices share the prior's weight evenly, or as their probabilities say")
  func rows() {
    // One observation, two kernels: the prior adds 1/2 to each of two choices.
    #expect(ParzenDimension.rows([0], prior: [0.5, 0.5], priorWeight: 1) == [[0.75, 0.25], [0.5, 0.5]])
    let skewed = ParzenDimension.rows([0], prior: [0.25, 0.75], priorWeight: 1)
    #expect(skewed == [[0.625, 0.375], [0.25, 0.75]])
  }

  static let references:
    [(name: String, distribution: Distribution, seen: [Double], at: [(Double, Double)])] = [
      (
        "real", .real(min: 0, max: 10, isLog: false, step: nil), [1, 2, 6],
        [(0, -2.0403208565103057), (1.5, -1.9072218575046118), (9.5, -2.957890646310707)]
      ),
      (
        "stepped", .real(min: 0, max: 1, isLog: false, step: 0.2), [0.2, 0.6],
        [(0, -1.8636761998595568), (0.6, -1.6733328729165664)]
      ),
      (
        "whole in the logarithm", .integer(min: 1, max: 64, isLog: true, step: 1), [1, 8, 64],
        [(1, -1.6463396054011001), (9, -3.688945647017478), (64, -5.797243501556102)]
      ),
      (
        "choice", .categorical(count: 3, probabilities: nil), [0, 0, 2],
        [(0, -0.7419373447293773), (1, -1.6582280766035324), (2, -1.0986122886681098)]
      ),
      (
        "without observations", .real(min: 0, max: 10, isLog: false, step: nil), [],
        [(0, -2.386607292503096), (5, -2.261607292503096)]
      ),
      (
        "with old observations", .real(min: 0, max: 10, isLog: false, step: nil),
        (0..<30).map { Double(7 * $0 % 10) }, [(0, -1.927051005597281), (5.5, -2.375291819678729)]
      ),
    ]

  @Test("the density of one parameter is Optuna's", arguments: 0..<6)
  func densities(place: Int) {
    let reference = Self.references[place]
    let estimator = ParzenEstimator(
      reference.seen.map { [$0] },
      weights: ParzenEstimator.ageWeights(reference.seen.count),
      distributions: [reference.distribution],
      priorWeight: 1
    )
    for (value, expected) in reference.at {
      #expect(abs(estimator.logDensity([value]) - expected) < 1e-7, "\(reference.name) at \(value)")
    }
  }

  @Test("parameters drawn together have a joint density, Optuna's")
  func joint() {
    let estimator = ParzenEstimator(
      [[1, 0], [2, 0], [6, 2]],
      weights: [1, 1, 1],
      distributions: [
        .real(min: 0, max: 10, isLog: false, step: nil), .categorical(count: 3, probabilities: nil),
      ],
      priorWeight: 1
    )
    #expect(abs(estimator.logDensity([1.5, 0]) - -2.4422662494362863) < 1e-7)
    #expect(abs(estimator.logDensity([9.5, 1]) - -4.431073500032335) < 1e-7)
  }

  @Test("the masses of a grid's values sum to 1", arguments: [true, false])
  func mass(isLog: Bool) {
    let estimator = ParzenEstimator(
      [[2], [3], [17]],
      weights: [1, 1, 1],
      distributions: [.integer(min: 1, max: 20, isLog: isLog, step: 1)],
      priorWeight: 1
    )
    let sum = (1...20).reduce(0) { $0 + exp(estimator.logDensity([Double($1)])) }
    #expect(abs(sum - 1) < 1e-12)
  }
}
