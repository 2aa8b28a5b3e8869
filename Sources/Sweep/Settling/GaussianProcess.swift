import Glibc

/// A Gaussian process over points of a box: what values at some points say of values at others.
///
/// f has the constant mean m and the covariance s² · k(|x - y| / length), with Matérn's k(r) = (1 + √5 r + 5 r² / 3) e^(-√5 r);
/// values are f and noise of the variance s² · noise. m and s² are those of the greatest likelihood.
///
/// Source: C. Rasmussen and C. Williams, "Gaussian Processes for Machine Learning", 2006, equations 2.23, 2.24 and 4.17;
/// m and s² in closed form as in D. Jones et al., "Efficient Global Optimization of Expensive Black-Box Functions", 1998.
struct GaussianProcess {
  private let points: [[Double]]
  private let length: Double
  /// L, where L Lᵀ = k + noise · I; rows from the diagonal to the left.
  private let factor: LowerTriangle
  /// (k + noise · I)⁻¹ (values - m).
  private let pulls: [Double]
  /// m.
  let mean: Double
  /// s².
  let variance: Double
  /// The variance of the noise as a share of s².
  let noise: Double
  /// The logarithm of the likelihood of the values, but for a constant that hangs on their number alone.
  let logLikelihood: Double

  /// Learns from `values` at `points`, `[values][dimensions]`; nil where the values do not differ, or numbers fail.
  init?(points: [[Double]], values: [Double], length: Double, noise: Double) {
    guard points.count > 1, points.count == values.count, length > 0, noise > 0 else { return nil }
    let made = LowerTriangle(size: points.count) { row, column in
      Self.similarity(points[row], points[column], length) + (row == column ? noise : 0)
    }
    guard let factor = made else { return nil }
    let ones = factor.solve([Double](repeating: 1, count: points.count))
    let raised = factor.solve(values)
    let mean = zip(ones, raised).reduce(0) { $0 + $1.0 * $1.1 } / ones.reduce(0) { $0 + $1 * $1 }
    let rest = zip(ones, raised).map { $1 - mean * $0 }
    let variance = rest.reduce(0) { $0 + $1 * $1 } / Double(points.count)
    guard mean.isFinite, variance.isFinite, variance > 1e-300 else { return nil }
    self.points = points
    self.length = length
    self.noise = noise
    self.factor = factor
    self.mean = mean
    self.variance = variance
    pulls = factor.solveTransposed(rest)
    logLikelihood = -0.5 * Double(points.count) * log(variance) - factor.logDiagonal
  }

  /// What is known of f at `others`: its means, and its covariances over s², `[others][others]` by row.
  func posterior(at others: [[Double]]) -> (means: [Double], covariance: [[Double]]) {
    let near = others.map { other in points.map { Self.similarity(other, $0, length) } }
    let means = near.map { row in mean + zip(row, pulls).reduce(0) { $0 + $1.0 * $1.1 } }
    let known = near.map(factor.solve)
    let covariance = others.indices.map { row in
      others.indices.map { column in
        let prior = Self.similarity(others[row], others[column], length)
        return prior - zip(known[row], known[column]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return (means, covariance)
  }

  private static func similarity(_ one: [Double], _ other: [Double], _ length: Double) -> Double {
    let square = zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let scaled = 5.0.squareRoot() * square.squareRoot() / length
    return (1 + scaled + scaled * scaled / 3) * exp(-scaled)
  }
}

/// A Cholesky factor.
struct LowerTriangle {
  private var rows: [[Double]]

  /// The factor of the symmetric matrix with these entries; nil where it is not positive definite.
  init?(size: Int, _ entry: (_ row: Int, _ column: Int) -> Double) {
    rows = []
    rows.reserveCapacity(size)
    for row in 0..<size {
      var own = [Double](repeating: 0, count: row + 1)
      for column in 0...row {
        var rest = entry(row, column)
        if column < row {
          for place in 0..<column { rest -= own[place] * rows[column][place] }
          own[column] = rest / rows[column][column]
        } else {
          for place in 0..<column { rest -= own[place] * own[place] }
          guard rest > 0, rest.isFinite else { return nil }
          own[row] = rest.squareRoot()
        }
      }
      rows.append(own)
    }
  }

  /// The sum of the logarithms of the diagonal: half the logarithm of the matrix's determinant.
  var logDiagonal: Double { rows.reduce(0) { $0 + log($1[$1.count - 1]) } }

  /// L⁻¹ `values`.
  func solve(_ values: [Double]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(values.count)
    for (row, value) in zip(rows, values) {
      var rest = value
      for place in result.indices { rest -= row[place] * result[place] }
      result.append(rest / row[row.count - 1])
    }
    return result
  }

  /// L⁻ᵀ `values`.
  func solveTransposed(_ values: [Double]) -> [Double] {
    var result = values
    for row in rows.indices.reversed() {
      result[row] /= rows[row][row]
      for place in 0..<row { result[place] -= rows[row][place] * result[row] }
    }
    return result
  }

  /// L `values`.
  func times(_ values: [Double]) -> [Double] {
    rows.map { row in
      var sum = 0.0
      for place in row.indices { sum += row[place] * values[place] }
      return sum
    }
  }
}
