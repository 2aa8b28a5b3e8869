import Glibc

/// Adam as Keras (legacy) has it, and AdamW.
///
///     m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
///     x -= rate sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon) + rate decay x
///
/// or, with the root corrected before epsilon is added, epsilon sqrt(1 - b2^t) in place of epsilon.
///
/// Source: D. P. Kingma and J. Ba, ICLR 2015, end of section 2 (epsilon hat); I. Loshchilov and F. Hutter, ICLR
/// 2019, algorithm 2. Departure: rows of a table that never had a gradient do not decay.
struct AdamRule: UpdateRule {
  let settings: AdamSettings
  let stateNames = ["m", "v"]
  let initialState: Float = 0

  func apply(_ update: ParameterUpdate, step: Int, learningRate: Double, with kernels: any Kernels) {
    kernels.adam(
      update,
      AdamStep(
        rate: Float(learningRate * correction(step)),
        beta1: Float(settings.beta1),
        beta2: Float(settings.beta2),
        epsilon: Float(epsilon(Double(step))),
        decay: Float(learningRate * settings.weightDecay)
      )
    )
  }

  func backlog(after step: Int, elements: Int) -> (any Backlog)? {
    guard elements > Self.largeTables else { return AdamBacklog(self, after: step, mostSteps: 1_024) }
    // With decay all of the account is written anew in every step.
    return AdamBacklog(self, after: step, mostSteps: settings.weightDecay > 0 ? 4_096 : 65_536)
  }

  /// From so many elements of tables on, bringing all rows up to date takes longer than keeping account of many steps.
  private static let largeTables = 1 << 28

  /// sqrt(1 - b2^t) / (1 - b1^t).
  func correction(_ step: Int) -> Double {
    (1 - pow(settings.beta2, Double(step))).squareRoot() / (1 - pow(settings.beta1, Double(step)))
  }

  /// What is added to the root in step `step`, which may lie between two steps.
  func epsilon(_ step: Double) -> Double {
    guard settings.correctsBeforeEpsilon else { return settings.epsilon }
    return settings.epsilon * (1 - pow(settings.beta2, step)).squareRoot()
  }
}
