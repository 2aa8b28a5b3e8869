extension ReferenceKernels {
  func adam(_ update: ParameterUpdate, _ step: AdamStep) {
    guard let m = update.states else { return }
    let v = m + update.columns
    update.forEach { value, state, g in
      m[state] = step.beta1 * m[state] + (1 - step.beta1) * g
      v[state] = step.beta2 * v[state] + (1 - step.beta2) * (g * g)
      update.values[value] -=
        step.rate * m[state] / (v[state].squareRoot() + step.epsilon) + step.decay * update.values[value]
    }
  }

  func catchUp(_ update: ParameterUpdate, _ lagging: Lagging<AdamLag>) {
    guard let m = update.states else { return }
    let v = m + update.columns
    update.forEachLagging(lagging) { lag, value, state in
      let root = v[state].squareRoot()
      let move =
        lag.weight.0 / (lag.root.0 * root + lag.epsilon.0)
        + lag.weight.1 / (lag.root.1 * root + lag.epsilon.1)
      update.values[value] = lag.keep * update.values[value] - m[state] * move
      m[state] *= lag.m
      v[state] *= lag.v
    }
  }

  func adagrad(_ update: ParameterUpdate, rate: Float, epsilon: Float) {
    guard let sums = update.states else { return }
    update.forEach { value, state, gradient in
      sums[state] += gradient * gradient
      update.values[value] -= rate * gradient / (sums[state].squareRoot() + epsilon)
    }
  }

  func sgd(_ update: ParameterUpdate, rate: Float, momentum: Float) {
    update.forEach { value, state, gradient in
      guard let moves = update.states else {
        update.values[value] -= rate * gradient
        return
      }
      moves[state] = momentum * moves[state] - rate * gradient
      update.values[value] += moves[state]
    }
  }

  func catchUp(_ update: ParameterUpdate, _ lagging: Lagging<MomentumLag>) {
    guard let moves = update.states else { return }
    update.forEachLagging(lagging) { lag, value, state in
      update.values[value] += lag.sum * moves[state]
      moves[state] *= lag.velocity
    }
  }
}

extension ParameterUpdate {
  /// Calls `body` for each element with its place among the values, in the first state array, and its scaled gradient.
  fileprivate func forEach(_ body: (_ value: Int, _ state: Int, _ gradient: Float) -> Void) {
    guard let gradient else { return }
    for entry in entries {
      let (row, slot) = places(entry)
      for column in 0..<columns {
        let here = gradient[entry * columns + column] * gradientScale
        body(row * columns + column, slot * stateWidth + column, here)
      }
    }
  }

  /// Calls `body` for each element of a slot that has some way to go, which then is where it should be.
  fileprivate func forEachLagging<Lag>(
    _ lagging: Lagging<Lag>,
    _ body: (_ lag: Lag, _ value: Int, _ state: Int) -> Void
  ) {
    for entry in entries {
      let (row, slot) = places(entry)
      guard slot >= 0, lagging.steps[slot] < lagging.step else { continue }
      let last = Int(lagging.steps[slot])
      for column in 0..<columns {
        body(lagging.lags[last - lagging.firstStep], row * columns + column, slot * stateWidth + column)
      }
      lagging.steps[slot] = Int32(lagging.step)
    }
  }

  private func places(_ entry: Int) -> (row: Int, slot: Int) {
    (rows.map { Int($0[entry]) } ?? entry, slots.map { Int($0[entry]) } ?? entry)
  }
}
