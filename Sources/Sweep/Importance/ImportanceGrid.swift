import Glibc

/// The values of a parameter in at most 50 bins, and densities over these.
struct ImportanceGrid {
  /// The number of bins.
  let count: Int
  private let distribution: Distribution
  private let axis: NumericAxis?

  /// Lays out the bins of `distribution`, which has more than one value.
  init(_ distribution: Distribution) {
    self.distribution = distribution
    axis = NumericAxis(distribution)
    switch distribution {
    case .categorical(let count, _): self.count = count
    case .integer(let least, let most, true, _):
      count = min(Int(log2(Double(most) - Double(least) + 1).rounded(.up)) + 1, 50)
    default: count = min(axis?.count ?? 50, 50)
    }
  }

  /// The bin of `value`; halfway between two it is the lower.
  func bin(_ value: Double) -> Int {
    guard let axis else { return Int(value) }
    let (low, high) = ends(axis)
    let width = (high - low) / Double(count - 1)
    return min(max(Int(((axis.position(of: value) - low) / width - 0.5).rounded(.up)), 0), count - 1)
  }

  /// The first and last bin's middle; the cells of a grid reach half a step beyond.
  private func ends(_ axis: NumericAxis) -> (Double, Double) {
    if case .normal = axis.scale { return (axis.low, axis.high) }
    return (axis.position(of: axis.minimum), axis.position(of: axis.maximum))
  }

  /// The estimated share of each bin.
  func density(_ values: [Double]) -> [Double] {
    var counts = [Int](repeating: 0, count: count)
    for value in values { counts[bin(value)] += 1 }
    let bins = counts.indices.filter { counts[$0] > 0 }
    let weights = bins.map { counts[$0] }
    return axis == nil ? categorical(bins, weights) : numeric(bins, weights)
  }

  private func categorical(_ bins: [Int], _ weights: [Int]) -> [Double] {
    let uniform = [Double](repeating: 1 / Double(count), count: count)
    let rows = ParzenDimension.rows(bins.map(Double.init), prior: uniform, priorWeight: 1)
    return mixture(rows, weights)
  }

  private func numeric(_ bins: [Int], _ weights: [Int]) -> [Double] {
    let deviation = max(Self.deviation(bins, weights), 0.5 / 1.64)
    let end = Double(count) - 0.5
    let kernels =
      bins.map { ParzenKernel(mean: Double($0), deviation: deviation, low: -0.5, high: end) }
      + [ParzenKernel(mean: Double(count - 1) / 2, deviation: Double(count), low: -0.5, high: end)]
    let rows = kernels.map { kernel in
      (0..<count).map { exp(kernel.logMass(Double($0) - 0.5, Double($0) + 0.5)) }
    }
    return mixture(rows, weights)
  }

  /// The sum of the kernels' rows by their weights, the last one, the prior's, weighing 1.
  private func mixture(_ rows: [[Double]], _ weights: [Int]) -> [Double] {
    let all = weights.map(Double.init) + [1]
    let sum = all.reduce(0, +)
    return (0..<count).map { bin in zip(rows, all).reduce(0) { $0 + $1.0[bin] * $1.1 } / sum }
  }

  /// Scott's rule for bins with weights: 1.059 min(IQR / 1.34, σ) n^(-1/5).
  ///
  /// Source: D. W. Scott, "Multivariate Density Estimation", 1992, with the quartiles as Optuna takes them. The
  /// caller keeps it from falling below 0.5 / 1.64, at which 90 percent of a kernel stay in its bin.
  static func deviation(_ bins: [Int], _ weights: [Int]) -> Double {
    let total = weights.reduce(0, +)
    guard total > 0 else { return 0 }
    let pairs = zip(bins, weights).map { (Double($0), Double($1)) }
    let mean = pairs.reduce(0) { $0 + $1.0 * $1.1 } / Double(total)
    let squares = pairs.reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 }
    let deviation = (squares / Double(max(1, total - 1))).squareRoot()
    var running = 0
    let sums = weights.map { weight in
      running += weight
      return running
    }
    let first = sums.firstIndex { $0 >= total / 4 } ?? 0
    let third = sums.firstIndex { $0 > total * 3 / 4 } ?? bins.count - 1
    let range = Double(bins[third] - bins[first])
    return 1.059 * min(range / 1.34, deviation) * pow(Double(total), -0.2)
  }
}
