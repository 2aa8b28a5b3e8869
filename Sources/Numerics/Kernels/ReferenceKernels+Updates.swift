extension ReferenceKernels {
  func adam(_ update: ParameterUpdate, _ step: AdamStep) {
    guard let m = update.states.0, let v = update.states.1 else { return }
    update.forEach { value, state, gradient in
      let g = gradient ?? 0
      m[state] = step.beta1 * m[state] + (1 - step.beta1) * g
      v[state] = step.beta2 * v[state] + (1 - step.beta2) * (g * g)
      update.values[value] -=
        step.rate * m[state] / (v[state].squareRoot() + step.epsilon) + step.decay * update.values[value]
    }
  }

  func adagrad(_ update: ParameterUpdate, rate: Float, epsilon: Float) {
    guard let sums = update.states.0 else { return }
    update.forEach { value, state, gradient in
      guard let gradient else { return }
      sums[state] += gradient * gradient
      update.values[value] -= rate * gradient / (sums[state].squareRoot() + epsilon)
    }
  }

  func sgd(_ update: ParameterUpdate, rate: Float, momentum: Float) {
    update.forEach { value, state, gradient in
      let step = rate * (gradient ?? 0)
      guard let moves = update.states.0 else {
        update.values[value] -= step
        return
      }
      moves[state] = momentum * moves[state] - step
      update.values[value] += moves[state]
    }
  }
}

extension ParameterUpdate {
  /// Calls `body` for each element with its place among the values, among the state, and its scaled gradient.
  fileprivate func forEach(_ body: (_ value: Int, _ state: Int, _ gradient: Float?) -> Void) {
    for slot in slots {
      let row = rows.map { Int($0[slot]) } ?? slot
      let gradientRow = gradientRows.map { Int($0[slot]) } ?? slot
      for column in 0..<columns {
        let here = gradientRow < 0 ? nil : gradient[gradientRow * columns + column] * gradientScale
        body(row * columns + column, slot * columns + column, here)
      }
    }
  }
}
