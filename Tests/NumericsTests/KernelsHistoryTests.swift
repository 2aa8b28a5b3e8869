import Glibc
import Testing

@testable import Numerics

/// The kernels under attention and the gated recurrent unit, held against the reference; tolerances as in
/// `KernelsAgreementTests`.
@Suite("fast attention and gated steps do what the reference does")
struct KernelsHistoryTests {
  private let kernels: [any Kernels] = [FastKernels(), ReferenceKernels()]
  static let tolerance = 2e-6

  @Test("attention over no click, one and several, forward and backward", arguments: [1, 5, 32, 37])
  func attention(width: Int) {
    let offsets: [Int32] = [0, 3, 3, 4, 14, 14]
    var results: [[[Float]]] = []
    for kernels in kernels {
      var samples = KernelSamples()
      let (clicks, queries) = (samples.matrix(14, width), samples.matrix(5, width))
      let (gradient, output) = (samples.matrix(5, width + 3), samples.matrix(5, width + 4))
      let (weights, queryGradient) = (Matrix(rows: 1, columns: 14), samples.matrix(5, width))
      offsets.withUnsafeBufferPointer { offsets in
        guard let first = offsets.baseAddress else { return }
        let attention = AttentionRows(
          clicks: clicks.view,
          offsets: first,
          queries: queries.view,
          scale: 2 / Float(width).squareRoot(),
          weights: weights.start
        )
        kernels.attend(attention, into: output.view.columns(2..<width + 2))
        kernels.attendBackward(
          attention,
          gradient: gradient.view.columns(1..<width + 1),
          queryGradient: queryGradient.view
        )
      }
      results.append([output.values, weights.values, clicks.values, queryGradient.values])
    }
    // Backward sums cancel where one click has nearly all of the weight.
    for (left, right) in zip(results[0], results[1]) { #expect(relativeDifference(left, right) < 5e-6) }
    #expect((0..<width).allSatisfy { results[0][0][(width + 4) + 2 + $0] == 0 })
  }

  @Test(
    "a gated step, the first and a later one, forward and backward",
    arguments: [1, 5, 32, 37],
    [false, true]
  )
  func gatedStep(width: Int, isFirst: Bool) {
    var results: [[[Float]]] = []
    for kernels in kernels {
      var samples = KernelSamples()
      let (gates, products) = (samples.matrix(7, 3 * width, scale: 2), samples.matrix(7, 3 * width, scale: 2))
      let (previous, bias) = (samples.matrix(7, width), samples.matrix(2, 3 * width))
      let (inner, state) = (samples.matrix(7, width), samples.matrix(7, width))
      let gradient = samples.matrix(7, width)
      let step = GatedStep(
        gates: gates.view,
        before: isFirst ? nil : (products.view, previous.view),
        bias: bias.start,
        inner: inner.view,
        state: state.view
      )
      kernels.gatedStep(step)
      var all = [gates.values, inner.values, state.values]
      kernels.gatedStepBackward(step, stateGradient: gradient.view)
      all += [gates.values, inner.values, gradient.values]
      results.append(all)
    }
    for (left, right) in zip(results[0], results[1]) {
      #expect(relativeDifference(left, right) < Self.tolerance)
    }
  }

  @Test("the gates' sigmoid and tanh are good to 4e-7 of themselves over all of their range")
  func activations() {
    let values = (-1_000...1_000).map { Float($0) / 10 } + (-99...99).map { Float($0) / 1_000 }
    let count = values.count
    let zeros = [Float](repeating: 0, count: count)
    // The update gate stands at 0, so that the state is the candidate: tanh(x), and the reset gate is sigmoid(x).
    let gates = Matrix(rows: 1, columns: 3 * count, values: values.map { _ in -90 } + values + values)
    let (bias, inner, state) = (
      Matrix(rows: 2, columns: 3 * count), Matrix(rows: 1, columns: count),
      Matrix(rows: 1, columns: count, values: zeros)
    )
    FastKernels().gatedStep(
      GatedStep(gates: gates.view, before: nil, bias: bias.start, inner: inner.view, state: state.view)
    )
    for (place, value) in values.enumerated() {
      let sigmoid = 1 / (1 + exp(-Double(value)))
      // Below -87 the exponential is 0.
      #expect(
        abs(Double(gates[0, count + place]) - sigmoid) <= max(4e-7 * sigmoid, value < -87 ? 2e-38 : 0),
        "\(value)"
      )
      #expect(
        abs(Double(state[0, place]) - tanh(Double(value))) <= 4e-7 * abs(tanh(Double(value))),
        "\(value)"
      )
    }
  }

  @Test("what is no number stays none")
  func notANumber() {
    let (gates, bias) = (Matrix(rows: 1, columns: 3), Matrix(rows: 2, columns: 3))
    let products = Matrix(rows: 1, columns: 3, values: [1, 1, 1])
    let before = Matrix(rows: 1, columns: 1, values: [1])
    for gate in 0..<3 {
      let (inner, state) = (Matrix(rows: 1, columns: 1), Matrix(rows: 1, columns: 1))
      gates.elements.update(repeating: 0.5)
      gates[0, gate] = .nan
      FastKernels().gatedStep(
        GatedStep(
          gates: gates.view,
          before: (products.view, before.view),
          bias: bias.start,
          inner: inner.view,
          state: state.view
        )
      )
      #expect(state[0, 0].isNaN)
    }
  }
}
