import Glibc

/// The steps of Adam that rows without gradient miss.
///
/// With m and v as the last gradient left them, and rate_t the learning rate of step t with its bias corrections, a
/// row has lost after k steps
///
///     m sum_j w_j / (sqrt(v) b2^(j/2) + epsilon_j),   w_j = rate_j b1^j prod_(i > j) (1 - decay_i),   j = 1 ... k
///
/// and what is in the sum beside the weights w hardly changes while the weights last. The sum is taken as Gauss's
/// quadrature over those weights, with two nodes: exact up to two steps, and in any case for what is a polynomial in j
/// up to the third degree. The rows are brought up to date before so many steps that the rest, of the fourth degree,
/// could be seen in Float32; with Keras's numbers that is never, and they are so when the account is full.
///
/// Source: G. H. Golub and J. H. Welsch, "Calculation of Gauss quadrature rules", 1969, for two nodes in closed form.
final class AdamBacklog: Backlog {
  /// The moments of the weights of one step's rows, and what the rows' values are multiplied by.
  private struct Sums {
    var moments = (0.0, 0.0, 0.0, 0.0)
    var keep = 1.0
  }

  private let rule: AdamRule
  private var firstStep: Int
  private var count = 0
  private var sums: [Sums] = []
  /// b1^j and b2^j.
  private let powers: [(Double, Double)]
  /// After so many steps their weights are nothing beside the first one's.
  private let lastingSteps: Int
  private let lags: Storage<AdamLag>
  private var lastDecay = 0.0

  /// - Parameter mostSteps: how many steps are kept account of at most; each costs a few nanoseconds in every later one.
  init(_ rule: AdamRule, after step: Int, mostSteps: Int) {
    self.rule = rule
    firstStep = step
    let (beta1, beta2) = (rule.settings.beta1, rule.settings.beta2)
    // How far ln sqrt(b2^j) moves over the weights' mean number of steps, or else over all steps.
    let isSmooth = (1 - beta2) / 2 <= 0.01 * (1 - beta1)
    let capacity = isSmooth ? mostSteps : max(1, min(mostSteps, Int(0.2 / (1 - beta2))))
    powers = (0...capacity).map { (pow(beta1, Double($0)), pow(beta2, Double($0))) }
    lastingSteps = powers.firstIndex { $0.0 < 1e-13 } ?? capacity + 1
    lags = Storage(capacity: capacity)
    sums.reserveCapacity(capacity)
  }

  /// Epsilon, where it is corrected, moves fast in the first steps, and by an eighth at most in an eighth more steps;
  /// and weights must not change their sign.
  var isFull: Bool {
    let limit = rule.settings.correctsBeforeEpsilon ? max(1, firstStep / 8) : lags.capacity
    return count >= min(limit, lags.capacity) || lastDecay > 0.1
  }

  func add(learningRate: Double) {
    precondition(count < lags.capacity, "rows are brought up to date in time")
    sums.append(Sums())
    count += 1
    let rate = learningRate * rule.correction(firstStep + count)
    lastDecay = learningRate * rule.settings.weightDecay
    for index in 0..<count { add(rate, to: index) }
  }

  func clear() {
    firstStep += count
    count = 0
    lastDecay = 0
    sums.removeAll(keepingCapacity: true)
  }

  func catchUp(_ update: ParameterUpdate, steps: UnsafeMutablePointer<Int32>, with kernels: any Kernels) {
    let step = firstStep + count
    kernels.catchUp(
      update,
      Lagging(steps: steps, firstStep: firstStep, step: step, lags: UnsafePointer(lags.start))
    )
  }

  /// Adds the newest step to what is missing after step `firstStep + index`.
  private func add(_ rate: Double, to index: Int) {
    let missed = count - index
    let (power, place, keep) = (powers[missed], Double(missed), 1 - lastDecay)
    var lag = missed == 1 ? AdamLag() : lags[index]
    if missed == 1 || missed < lastingSteps || lastDecay != 0 {
      let (old, weight) = (sums[index], rate * power.0)
      sums[index].keep = old.keep * keep
      sums[index].moments = (
        old.moments.0 * keep + weight, old.moments.1 * keep + weight * place,
        old.moments.2 * keep + weight * place * place, old.moments.3 * keep + weight * place * place * place
      )
      setNodes(&lag, sums[index].moments, after: firstStep + index)
    }
    lag.keep = Float(sums[index].keep)
    lag.m = Float(power.0)
    lag.v = Float(power.1)
    lags[index] = lag
  }

  private func setNodes(_ lag: inout AdamLag, _ moments: (Double, Double, Double, Double), after step: Int) {
    let mass = moments.0
    let mean = mass > 0 ? moments.1 / mass : 1
    let variance = mass > 0 ? max(0, moments.2 / mass - mean * mean) : 0
    let deviation = variance > 1e-12 * mean * mean ? variance.squareRoot() : 0
    var nodes = (mean, mean)
    var shares = (1.0, 0.0)
    if deviation > 0 {
      let third = moments.3 / mass - 3 * mean * moments.2 / mass + 2 * mean * mean * mean
      let skew = third / (variance * deviation)
      let span = (skew * skew + 4).squareRoot()
      let (low, high) = ((skew - span) / 2, (skew + span) / 2)
      nodes = (mean + deviation * low, mean + deviation * high)
      shares = (high / span, -low / span)
    }
    let rootLog = log(rule.settings.beta2) / 2
    lag.weight = (Float(mass * shares.0), Float(mass * shares.1))
    lag.root = (Float(exp(rootLog * nodes.0)), Float(exp(rootLog * nodes.1)))
    lag.epsilon = (
      Float(rule.epsilon(Double(step) + nodes.0)), Float(rule.epsilon(Double(step) + nodes.1))
    )
  }
}
