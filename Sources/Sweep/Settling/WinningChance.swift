import Glibc
import Memory

/// How likely one of several settings that were not tried is better than the best by more than noise.
///
/// Gaussian processes of many lengths and shares of noise learn from what was tried, and each says it with the weight of its
/// likelihood. "Better by more than noise" is: f at the setting is better than f at the best by more than one standard
/// deviation of that process's noise. f at the best is not its measured value but what the process makes of it, since the
/// best of many measured values is a lucky one.
///
/// Source: A. Makarova et al., "Automatic Termination for Hyperparameter Optimization", AutoML 2022: to stop where what can
/// still be gained is less than the noise of what is measured. Departures: the chance of a gain in place of a bound on
/// regret, and processes averaged over, not fitted.
struct WinningChance {
  /// What was tried: points and losses, smaller being better.
  let points: [[Double]]
  let losses: [Double]
  /// Which of these is the best.
  let best: Int

  /// Lengths of processes as shares of the box's diagonal.
  static let lengths = [0.1, 0.2, 0.4, 0.8, 1.6]
  /// Shares of noise: with no more than as much noise as there is to be found, or few values could not but be all noise.
  static let noises = [0.003, 0.01, 0.03, 0.1, 0.3, 1]
  /// How often functions are drawn from a process.
  private static let draws = 512

  /// The chance that one of `candidates` wins.
  /// - Parameter limit: what it is compared with: where bounds already tell on which side it lies, they are what is given.
  func chance(_ candidates: [[Double]], limit: Double) -> Double {
    guard !candidates.isEmpty else { return 0 }
    let diagonal = Double(points.first?.count ?? 1).squareRoot()
    let processes = Self.lengths.flatMap { length in
      Self.noises.compactMap { noise in
        GaussianProcess(points: points, values: losses, length: length * diagonal, noise: noise)
      }
    }
    guard let top = processes.map(\.logLikelihood).max() else { return 1 }
    let weighed = processes.map { (process: $0, weight: exp($0.logLikelihood - top)) }.filter {
      $0.weight > 1e-3
    }
    let total = weighed.reduce(0) { $0 + $1.weight }
    let known = weighed.map { entry in
      (Race(entry.process, points[best], candidates), entry.weight / total)
    }
    let least = known.reduce(0) { $0 + $1.1 * ($1.0.single.max() ?? 0) }
    let most = known.reduce(0) { $0 + $1.1 * min(1, $1.0.single.reduce(0, +)) }
    if least > limit { return least }
    if most <= limit { return most }
    let normals = Self.normals(candidates.count + 1)
    return known.reduce(0) { $0 + $1.1 * $1.0.any(normals) }
  }

  /// Draws of a standard normal variable, `[draws][count]`, the same every time.
  private static func normals(_ count: Int) -> [[Double]] {
    var bits = SplitMix(seed: 1, stream: count)
    return (0..<draws).map { _ in
      (0..<count).map { _ in
        // Box and Muller, 1958; both are above 0.
        let radius = (Double(bits.next() >> 12) + 0.5) * 0x1p-52
        let angle = (Double(bits.next() >> 12) + 0.5) * 0x1p-52
        return (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
      }
    }
  }

  /// What one process says of the best, which stands first, and of the candidates.
  private struct Race {
    private let means: [Double]
    private let covariance: [[Double]]
    private let scale: Double
    private let margin: Double
    /// How likely each candidate wins.
    let single: [Double]

    init(_ process: GaussianProcess, _ best: [Double], _ candidates: [[Double]]) {
      let known = process.posterior(at: [best] + candidates)
      (means, covariance) = (known.means, known.covariance)
      let scale = process.variance.squareRoot()
      let margin = scale * process.noise.squareRoot()
      (self.scale, self.margin) = (scale, margin)
      single = (1..<known.means.count).map { place in
        let gain = known.means[0] - known.means[place] - margin
        let spread =
          known.covariance[0][0] + known.covariance[place][place] - 2 * known.covariance[0][place]
        guard spread > 1e-12 else { return gain > 0 ? 1 : 0 }
        return StandardNormal.cumulative(gain / (scale * spread.squareRoot()))
      }
    }

    /// How likely any of them wins, by drawing.
    func any(_ normals: [[Double]]) -> Double {
      // What is all but known for sure has next to no variance: a little more lets rounding pass.
      let factor = LowerTriangle(size: means.count) { row, column in
        covariance[row][column] + (row == column ? 1e-8 : 0)
      }
      guard let factor else { return min(1, single.reduce(0, +)) }
      let wins = normals.count { normal in
        let offsets = factor.times(normal)
        let bar = means[0] + scale * offsets[0] - margin
        return (1..<means.count).contains { means[$0] + scale * offsets[$0] < bar }
      }
      return Double(wins) / Double(normals.count)
    }
  }
}
