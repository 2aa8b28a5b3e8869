import Glibc

/// A mixture of products of kernels, one kernel for each observation and one for the prior.
struct ParzenEstimator {
  private let weights: [Double]
  private let logWeights: [Double]
  private let dimensions: [ParzenDimension]

  /// Lays kernels over `rows`, each with a value for each of `distributions`.
  init(_ rows: [[Double]], weights: [Double], distributions: [Distribution], priorWeight: Double) {
    let all = rows.isEmpty ? [1] : weights + [priorWeight]
    let sum = all.reduce(0, +)
    self.weights = all.map { $0 / sum }
    logWeights = self.weights.map { log($0) }
    dimensions = distributions.enumerated().map { place, distribution in
      ParzenDimension(rows.map { $0[place] }, distribution: distribution, priorWeight: priorWeight)
    }
  }

  /// The weights of `count` observations, oldest first: the last 25 weigh 1, older ones less, down to `1 / count`.
  ///
  /// Source: `default_weights` of Optuna and of hyperopt ("linear forgetting").
  static func ageWeights(_ count: Int) -> [Double] {
    let old = max(count - 25, 0)
    let first = 1 / Double(max(count, 1))
    let ramp = (0..<old).map { old > 1 ? first + (1 - first) * Double($0) / Double(old - 1) : first }
    return ramp + [Double](repeating: 1, count: count - old)
  }

  /// A draw: of a kernel, then of each value from it.
  func draw(_ stream: inout RandomStream) -> [Double] {
    let kernel = stream.position(in: weights)
    return dimensions.map { $0.draw(kernel, &stream) }
  }

  /// The logarithm of the density (times the width of a grid's cell) at `values`.
  func logDensity(_ values: [Double]) -> Double {
    var terms = logWeights
    for (dimension, value) in zip(dimensions, values) { dimension.addLogDensities(of: value, to: &terms) }
    // Summed relative to the largest, as the kernels are far below what a double can hold.
    let top = terms.max() ?? -.infinity
    guard top.isFinite else { return top }
    return top + log(terms.reduce(0) { $0 + exp($1 - top) })
  }
}
