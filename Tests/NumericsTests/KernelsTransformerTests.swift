import Testing

@testable import Numerics

/// The kernels under a transformer, held against the reference; tolerances as in `KernelsAgreementTests`.
@Suite("fast transformer kernels do what the reference does")
struct KernelsTransformerTests {
  private let kernels: [any Kernels] = [FastKernels(), ReferenceKernels()]
  private static let mask = DropoutMask(rate: 0.3, key: 77, first: 5)
  /// Sequences of 3, 0, 1 and 10 rows, whose numbers begin at 2.
  private static let offsets: [Int32] = [2, 5, 5, 6, 16]

  private func both(_ body: (any Kernels, inout KernelSamples, PackedRows) -> [[Float]]) -> [(
    [Float], [Float]
  )] {
    let results = kernels.map { kernels in
      Self.offsets.withUnsafeBufferPointer { offsets -> [[Float]] in
        guard let first = offsets.baseAddress else { return [] }
        var samples = KernelSamples()
        return body(kernels, &samples, PackedRows(offsets: first, count: 4))
      }
    }
    return Array(zip(results[0], results[1]))
  }

  @Test(
    "causal attention, forward and backward",
    arguments: [(1, 1), (5, 1), (32, 4), (36, 3)],
    [nil, mask]
  )
  func attention(sizes: (width: Int, heads: Int), dropout: DropoutMask?) {
    let pairs = both { kernels, samples, sequences in
      let (width, longest) = (sizes.width, 11)
      let (projections, weights) = (
        samples.matrix(14, 3 * width), Matrix(rows: 14, columns: (sizes.heads + 1) * longest)
      )
      let (gradient, output) = (samples.matrix(14, width), samples.matrix(14, width))
      let projectionGradient = samples.matrix(14, 3 * width)
      let attention = CausalAttention(
        projections: projections.view,
        weights: weights.view,
        sequences: sequences,
        heads: sizes.heads,
        longest: longest,
        dropout: dropout
      )
      kernels.attendCausally(attention, into: output.view)
      // The last columns are working room.
      let kept = (0..<14).flatMap { weights.row($0).prefix(sizes.heads * longest) }
      kernels.attendCausallyBackward(
        attention,
        gradient: gradient.view,
        projectionGradient: projectionGradient.view
      )
      return [output.values, kept, projectionGradient.values]
    }
    for (left, right) in pairs { #expect(relativeDifference(left, right) < 5e-6) }
    // The second sequence's one row sees itself alone.
    #expect(pairs[1].0[3 * sizes.heads * 11] == 1)
    #expect(pairs[1].0[3 * sizes.heads * 11 + 1] == 0)
  }

  @Test("layer normalisation, forward and backward", arguments: [3, 5, 32, 37])
  func normalization(width: Int) {
    let pairs = both { kernels, samples, _ in
      let (input, gain, bias) = (
        samples.matrix(9, width, scale: 3), samples.matrix(1, width), samples.matrix(1, width)
      )
      let (output, gradient, inputGradient) = (
        samples.matrix(9, width), samples.matrix(9, width), samples.matrix(9, width)
      )
      let (statistics, sums) = (Matrix(rows: 9, columns: 2), samples.matrix(2, width))
      let rows = LayerRows(
        input: input.view,
        gain: gain.start,
        bias: bias.start,
        statistics: statistics.start
      )
      kernels.normalizeLayer(rows, into: output.view)
      kernels.normalizeLayerBackward(
        rows,
        gradient: gradient.view,
        addingTo: inputGradient.view,
        gainGradient: sums.view.row(0),
        biasGradient: sums.view.row(1)
      )
      return [output.values, statistics.values, inputGradient.values, sums.values]
    }
    for (left, right) in pairs { #expect(relativeDifference(left, right) < 5e-6) }
  }

  @Test("positions and the gate, forward and backward", arguments: [1, 5, 32, 37], [nil, mask])
  func rest(width: Int, dropout: DropoutMask?) {
    let pairs = both { kernels, samples, sequences in
      let (rows, positions, gradient) = (
        samples.matrix(14, width), samples.matrix(10, width), samples.matrix(14, width)
      )
      let (sums, halves, output) = (
        samples.matrix(10, width), samples.matrix(14, 2 * width, scale: 3), samples.matrix(14, width)
      )
      kernels.addPositions(positions.start, to: rows.view, sequences, scale: 1.5, dropout: dropout)
      kernels.positionsBackward(gradient.view, sequences, scale: 1.5, dropout: dropout, to: sums.start)
      kernels.gate(halves.view, dropout: dropout, into: output.view)
      var all = [rows.values, gradient.values, sums.values, output.values]
      kernels.gateBackward(halves.view, dropout: dropout, gradient: gradient.view)
      all.append(halves.values)
      return all
    }
    for (left, right) in pairs { #expect(relativeDifference(left, right) < 2e-6) }
  }

  @Test("what is no number stays none")
  func notANumber() {
    for kernels in kernels {
      let (input, output) = (Matrix(rows: 1, columns: 2, values: [.nan, 1]), Matrix(rows: 1, columns: 2))
      let (gain, statistics) = (Matrix(rows: 1, columns: 2, values: [1, 1]), Matrix(rows: 1, columns: 2))
      kernels.normalizeLayer(
        LayerRows(input: input.view, gain: gain.start, bias: gain.start, statistics: statistics.start),
        into: output.view
      )
      #expect(output.values.filter { !$0.isNaN } == [])
      let gated = Matrix(rows: 1, columns: 1)
      kernels.gate(input.view, dropout: nil, into: gated.view)
      #expect(gated[0, 0].isNaN)
    }
  }
}
