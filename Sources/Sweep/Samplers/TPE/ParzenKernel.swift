import Glibc

/// A normal law cut off at both ends.
struct ParzenKernel {
  /// Where it is centred, and how wide it is.
  let mean: Double, deviation: Double
  /// Its ends in deviations from the mean.
  private let left: Double, right: Double
  /// The logarithm of the whole law's mass between the ends.
  private let logTotal: Double

  /// Makes a kernel between `low` and `high`.
  init(mean: Double, deviation: Double, low: Double, high: Double) {
    self.mean = mean
    self.deviation = deviation
    left = (low - mean) / deviation
    right = (high - mean) / deviation
    logTotal = StandardNormal.logMass(left, right)
  }

  /// The point below which the share `unit` of its mass lies.
  func position(at unit: Double) -> Double {
    mean + deviation * StandardNormal.truncatedQuantile(unit, left, right)
  }

  /// The logarithm of its density at `position`.
  func logDensity(_ position: Double) -> Double {
    StandardNormal.logDensity((position - mean) / deviation) - log(deviation) - logTotal
  }

  /// The logarithm of its mass between two points.
  func logMass(_ from: Double, _ to: Double) -> Double {
    StandardNormal.logMass((from - mean) / deviation, (to - mean) / deviation) - logTotal
  }
}
