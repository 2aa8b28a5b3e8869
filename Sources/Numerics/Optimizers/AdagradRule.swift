/// Adagrad as Keras (legacy) has it: a += g^2; x -= rate g / (sqrt(a) + epsilon).
///
/// Source: J. Duchi et al., JMLR 12, 2011.
struct AdagradRule: UpdateRule {
  let initialAccumulator: Double
  let epsilon: Double
  let stateNames = ["accumulator"]
  var initialState: Float { Float(initialAccumulator) }

  func apply(_ update: ParameterUpdate, step: Int, learningRate: Double, with kernels: any Kernels) {
    kernels.adagrad(update, rate: Float(learningRate), epsilon: Float(epsilon))
  }

  func backlog(after step: Int, elements: Int) -> (any Backlog)? { nil }
}
