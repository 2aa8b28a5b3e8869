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
        epsilon: Float(epsilon(step)),
        decay: Float(learningRate * settings.weightDecay)
      )
    )
  }

  /// sqrt(1 - b2^t) / (1 - b1^t).
  private func correction(_ step: Int) -> Double {
    (1 - power(settings.beta2, step)).squareRoot() / (1 - power(settings.beta1, step))
  }

  private func epsilon(_ step: Int) -> Double {
    guard settings.correctsBeforeEpsilon else { return settings.epsilon }
    return settings.epsilon * (1 - power(settings.beta2, step)).squareRoot()
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
