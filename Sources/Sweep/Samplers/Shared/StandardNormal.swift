import Glibc

/// The standard normal law, accurate in its tails.
enum StandardNormal {
  /// log √(2π).
  static let logRoot = 0.918_938_533_204_672_8

  /// The density's logarithm.
  static func logDensity(_ x: Double) -> Double { -0.5 * x * x - logRoot }

  /// Φ(x), the probability below `x`.
  static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

  /// log Φ(x), to about 1e-15 of its value for any finite `x`.
  ///
  /// Source: M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", 26.2.12 (the series of the tail).
  static func logCumulative(_ x: Double) -> Double {
    if x > 0 { return log1p(-cumulative(-x)) }
    if x > -20 { return log(cumulative(x)) }
    let inverse = 1 / (x * x)
    var term = 1.0
    var sum = 1.0
    for order in 1...12 {
      term *= -Double(2 * order - 1) * inverse
      sum += term
    }
    return logDensity(x) - log(-x) + log(sum)
  }

  /// log(Φ(b) - Φ(a)) for `a <= b`.
  static func logMass(_ a: Double, _ b: Double) -> Double {
    guard a < b else { return -.infinity }
    // Differences of cumulatives cancel in a narrow cell; the density times the width does not.
    if b - a < 1e-6 { return logDensity(0.5 * (a + b)) + log(b - a) }
    if b <= 0 {
      let top = logCumulative(b)
      return top + log1mexp(logCumulative(a) - top)
    }
    if a > 0 { return logMass(-b, -a) }
    let tails = cumulative(a) + cumulative(-b)
    let root = 0.5.squareRoot()
    return tails < 0.5 ? log1p(-tails) : log(0.5 * (erf(b * root) + erf(-a * root)))
  }

  /// The `x` with Φ(x) = `probability`, which lies strictly between 0 and 1.
  static func quantile(_ probability: Double) -> Double {
    probability > 0.5 ? -quantile(log: log1p(-probability)) : quantile(log: log(probability))
  }

  /// The `x` with log Φ(x) = `target` < 0, by Newton's method.
  static func quantile(log target: Double) -> Double {
    guard target < 0 else { return .infinity }
    // Near 0 the logarithm is flat; the other tail is steep.
    if target > -0.1 { return -quantile(log: log1mexp(target)) }
    var x =
      target < -5
      ? -(-2 * (target + logRoot)).squareRoot()
      : -3.0.squareRoot() / Double.pi * log(expm1(-target))
    for _ in 0..<100 {
      let logCumulative = logCumulative(x)
      let move = (logCumulative - target) * exp(logCumulative - logDensity(x))
      x -= move
      if abs(move) <= 1e-13 * max(1, abs(x)) { break }
    }
    return x
  }

  /// The point of `a...b` below which the share `share` of the mass between them lies.
  static func truncatedQuantile(_ share: Double, _ a: Double, _ b: Double) -> Double {
    guard a < 0 else {
      let target = logSum(logCumulative(-b), log1p(-share) + logMass(-b, -a))
      return min(max(-quantile(log: target), a), b)
    }
    let target = logSum(logCumulative(a), log(share) + logMass(a, b))
    return min(max(quantile(log: target), a), b)
  }

  /// log(1 - e^x) for x < 0.
  private static func log1mexp(_ x: Double) -> Double { x > -0.693 ? log(-expm1(x)) : log1p(-exp(x)) }

  /// log(e^x + e^y).
  private static func logSum(_ x: Double, _ y: Double) -> Double {
    let top = max(x, y)
    return top.isFinite ? top + log1p(exp(min(x, y) - top)) : top
  }
}
