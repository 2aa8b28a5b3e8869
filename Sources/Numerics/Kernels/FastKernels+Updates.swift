import CKernels

extension FastKernels {
  func adam(_ update: ParameterUpdate, _ step: AdamStep) {
    var native = update.native
    tb_adam(&native, step.rate, step.beta1, step.beta2, step.epsilon, step.decay)
  }

  func adagrad(_ update: ParameterUpdate, rate: Float, epsilon: Float) {
    var native = update.native
    tb_adagrad(&native, rate, epsilon)
  }

  func sgd(_ update: ParameterUpdate, rate: Float, momentum: Float) {
    var native = update.native
    tb_sgd(&native, rate, momentum)
  }
}

extension ParameterUpdate {
  fileprivate var native: tb_update {
    tb_update(
      values: values,
      gradient: gradient,
      state0: states.0,
      state1: states.1,
      rows: rows,
      gradient_of: gradientRows,
      first: Int64(slots.lowerBound),
      last: Int64(slots.upperBound),
      columns: Int32(columns),
      gradient_scale: gradientScale
    )
  }
}
