import CKernels

extension FastKernels {
  func adam(_ update: ParameterUpdate, _ step: AdamStep) {
    var native = update.native
    tb_adam(&native, step.rate, step.beta1, step.beta2, step.epsilon, step.decay)
  }

  func catchUp(_ update: ParameterUpdate, _ lagging: Lagging<AdamLag>) {
    var native = update.native
    tb_adam_catch_up(
      &native,
      lagging.steps,
      Int32(lagging.firstStep),
      Int32(lagging.step),
      lagging.lags
    )
  }

  func adagrad(_ update: ParameterUpdate, rate: Float, epsilon: Float) {
    var native = update.native
    tb_adagrad(&native, rate, epsilon)
  }

  func sgd(_ update: ParameterUpdate, rate: Float, momentum: Float) {
    var native = update.native
    tb_sgd(&native, rate, momentum)
  }

  func catchUp(_ update: ParameterUpdate, _ lagging: Lagging<MomentumLag>) {
    var native = update.native
    tb_momentum_catch_up(
      &native,
      lagging.steps,
      Int32(lagging.firstStep),
      Int32(lagging.step),
      lagging.lags
    )
  }
}

extension ParameterUpdate {
  fileprivate var native: tb_update {
    tb_update(
      values: values,
      gradient: gradient,
      states: states,
      state_width: Int64(stateWidth),
      rows: rows,
      slots: slots,
      first: Int64(entries.lowerBound),
      last: Int64(entries.upperBound),
      columns: Int32(columns),
      gradient_scale: gradientScale
    )
  }
}
