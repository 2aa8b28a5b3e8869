/// Gradient descent: v = momentum v - rate g; x += v.
struct SGDRule: UpdateRule {
  let momentum: Double
  var stateNames: [String] { momentum > 0 ? ["velocity"] : [] }
  let initialState: Float = 0

  func apply(_ update: ParameterUpdate, step: Int, learningRate: Double, with kernels: any Kernels) {
    kernels.sgd(update, rate: Float(learningRate), momentum: Float(momentum))
  }

  func backlog(after step: Int, elements: Int) -> (any Backlog)? {
    momentum > 0 ? MomentumBacklog(momentum: momentum, after: step) : nil
  }
}
