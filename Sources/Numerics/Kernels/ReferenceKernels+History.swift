import Glibc

extension ReferenceKernels {
  func attend(_ attention: AttentionRows, into output: MatrixView) {
    for row in 0..<output.rows {
      let range = attention.range(row)
      let scores = range.map { Double(attention.scale) * dot(attention.queries, row, attention.clicks, $0) }
      let most = scores.max() ?? 0
      let sum = scores.reduce(0) { $0 + exp($1 - most) }
      for (score, click) in zip(scores, range) { attention.weights[click] = Float(exp(score - most) / sum) }
      for column in 0..<output.columns {
        output[row, column] = Float(
          range.reduce(0.0) { $0 + Double(attention.weights[$1]) * Double(attention.clicks[$1, column]) }
        )
      }
    }
  }

  func attendBackward(_ attention: AttentionRows, gradient: MatrixView, queryGradient: MatrixView) {
    for row in 0..<gradient.rows {
      let range = attention.range(row)
      let parts = range.map { dot(gradient, row, attention.clicks, $0) }
      let along = zip(range, parts).reduce(0.0) { $0 + Double(attention.weights[$1.0]) * $1.1 }
      let scores = zip(range, parts).map {
        Double(attention.scale) * Double(attention.weights[$0]) * ($1 - along)
      }
      for column in 0..<gradient.columns {
        queryGradient[row, column] = Float(
          zip(range, scores).reduce(0.0) { $0 + $1.1 * Double(attention.clicks[$1.0, column]) }
        )
      }
      for (click, score) in zip(range, scores) {
        for column in 0..<gradient.columns {
          attention.clicks[click, column] =
            attention.weights[click] * gradient[row, column] + Float(score) * attention.queries[row, column]
        }
      }
    }
  }

  func gatedStep(_ step: GatedStep) {
    let width = step.width
    step.state.forEach { row, column in
      func input(_ gate: Int) -> Double {
        let place = gate * width + column
        return Double(step.gates[row, place]) + Double(step.bias[place])
      }
      func before(_ gate: Int) -> Double {
        let place = gate * width + column
        return Double(step.before?.products[row, place] ?? 0) + Double(step.bias[3 * width + place])
      }
      let update = sigmoid(input(0) + before(0))
      let reset = sigmoid(input(1) + before(1))
      let candidate = tanh(input(2) + reset * before(2))
      for (gate, value) in [update, reset, candidate].enumerated() {
        step.gates[row, gate * width + column] = Float(value)
      }
      step.inner[row, column] = Float(before(2))
      step.state[row, column] = Float(update * previous(step, row, column) + (1 - update) * candidate)
    }
  }

  func gatedStepBackward(_ step: GatedStep, stateGradient: MatrixView) {
    let width = step.width
    stateGradient.forEach { row, column in
      let gates = (0..<3).map { Double(step.gates[row, $0 * width + column]) }
      let (update, reset, candidate) = (gates[0], gates[1], gates[2])
      let own = Double(stateGradient[row, column])
      let inner = own * (1 - update) * (1 - candidate * candidate)
      let sums = [
        own * (previous(step, row, column) - candidate) * update * (1 - update),
        inner * Double(step.inner[row, column]) * reset * (1 - reset), inner,
      ]
      for (gate, value) in sums.enumerated() { step.gates[row, gate * width + column] = Float(value) }
      step.inner[row, column] = Float(inner * reset)
      stateGradient[row, column] = Float(own * update)
    }
  }

  private func dot(_ a: MatrixView, _ row: Int, _ b: MatrixView, _ other: Int) -> Double {
    (0..<a.columns).reduce(0) { $0 + Double(a[row, $1]) * Double(b[other, $1]) }
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func previous(_ step: GatedStep, _ row: Int, _ column: Int) -> Double {
    Double(step.before?.state[row, column] ?? 0)
  }
}
