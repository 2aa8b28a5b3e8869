/// One block of a transformer: attention and a feed-forward network, each added to what comes in, of which it reads the
/// normalised rows.
///
///     y = x + drop(A(norm(x)) O),   z = y + drop(F(norm(y)))
///
/// A is causal attention (`CausalAttention`), F is drop(relu(x W + b)) V + c, or drop(silu(x W + b) (x U + d)) V + c.
/// Sources: R. Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML 2020 (normalised first);
/// N. Shazeer, "GLU Variants Improve Transformer", 2020 (SwiGLU, there without biases).
final class TransformerBlock {
  /// The dropout masks of a block in one step, each from the first of the clicks it is asked for.
  struct Masks {
    var weights, attended, inner, output: DropoutMask?
  }

  private let widths: TransformerWidths
  private let rate: Double
  private let norm: LayerNorm
  private let projection: DenseLayer
  private let output: DenseLayer
  private let feedNorm: LayerNorm
  private let feed: DenseLayer
  private let feedOutput: DenseLayer

  /// Makes a block whose parameters' names begin with `name`; `dropout` is the share that training drops.
  init(name: String, _ widths: TransformerWidths, dropout: Double, _ draw: InitialDraw) {
    (self.widths, rate) = (widths, dropout)
    func dense(_ layer: String, _ inputs: Int, _ outputs: Int, relu: Bool = false, dropout: Double = 0)
      -> DenseLayer
    {
      DenseLayer(name: name + layer, inputs: inputs, outputs: outputs, relu: relu, dropout: dropout, draw)
    }
    let (vector, inner) = (widths.vector, widths.inner)
    norm = LayerNorm(name: "\(name)_norm", width: vector, draw)
    projection = dense("_attention", vector, 3 * vector)
    output = dense("_output", vector, vector, dropout: dropout)
    feedNorm = LayerNorm(name: "\(name)_feed_norm", width: vector, draw)
    feed =
      widths.isGated
      ? dense("_feed", vector, 2 * inner) : dense("_feed", vector, inner, relu: true, dropout: dropout)
    feedOutput = dense("_feed_output", inner, vector, dropout: dropout)
  }

  var parameters: [Parameter] {
    norm.parameters + projection.parameters + output.parameters + feedNorm.parameters + feed.parameters
      + feedOutput.parameters
  }

  /// The masks of `step`, of which four from the layer number `first` on are this block's, for the clicks from `click` on.
  func masks(_ step: DropoutKey?, first: Int, click: Int, weightColumns: Int) -> Masks {
    guard rate > 0, let step else { return Masks() }
    func mask(_ number: Int, _ columns: Int) -> DropoutMask {
      DropoutMask(rate: rate, key: step.layer(first + number)).advanced(by: click * columns)
    }
    return Masks(
      weights: mask(0, weightColumns),
      attended: mask(1, widths.vector),
      inner: mask(2, widths.inner),
      output: mask(3, widths.vector)
    )
  }

  /// Computes all of `block` from its input.
  func forward(
    _ block: TransformerActivations.Block,
    _ sequences: PackedRows,
    longest: Int,
    _ masks: Masks,
    with kernels: any Kernels
  ) {
    norm.forward(block.input, statistics: block.statistics, into: block.normalized, with: kernels)
    projection.forward(block.normalized, into: block.projections, mask: nil, with: kernels)
    kernels.attendCausally(attention(block, sequences, longest, masks), into: block.attended)
    output.forward(block.attended, into: block.middle, mask: masks.attended, with: kernels)
    kernels.add(block.input.start, to: block.middle.start, count: block.middle.rows * widths.vector)
    feedNorm.forward(
      block.middle,
      statistics: block.middleStatistics,
      into: block.middleNormalized,
      with: kernels
    )
    feed.forward(
      block.middleNormalized,
      into: block.inner,
      mask: widths.isGated ? nil : masks.inner,
      with: kernels
    )
    if widths.isGated { kernels.gate(block.inner, dropout: masks.inner, into: block.activated) }
    feedOutput.forward(block.activated, into: block.output, mask: masks.output, with: kernels)
    kernels.add(block.middle.start, to: block.output.start, count: block.output.rows * widths.vector)
  }

  /// From `gradients.residual`, that of the output, which becomes that of the input; writes this shard's part of the
  /// parameters' gradients, and uses up what `block` holds.
  func backward(
    _ block: TransformerActivations.Block,
    _ gradients: TransformerGradients.Views,
    _ sequences: PackedRows,
    longest: Int,
    _ masks: Masks,
    shard: Int,
    with kernels: any Kernels
  ) {
    feedBackward(block, gradients, masks, shard: shard, with: kernels)
    let (residual, branch, normalized) = (gradients.residual, gradients.branch, gradients.normalized)
    branch.start.update(from: residual.start, count: residual.rows * widths.vector)
    output.activationBackward(branch, output: block.middle, mask: masks.attended, with: kernels)
    output.parameterGradient(block.attended, gradient: branch, shard: shard, with: kernels)
    output.inputGradient(branch, into: normalized, with: kernels)
    kernels.attendCausallyBackward(
      attention(block, sequences, longest, masks),
      gradient: normalized,
      projectionGradient: gradients.projections
    )
    projection.parameterGradient(
      block.normalized,
      gradient: gradients.projections,
      shard: shard,
      with: kernels
    )
    projection.inputGradient(gradients.projections, into: normalized, with: kernels)
    norm.backward(
      block.input,
      statistics: block.statistics,
      gradient: normalized,
      addingTo: residual,
      shard: shard,
      with: kernels
    )
  }

  private func feedBackward(
    _ block: TransformerActivations.Block,
    _ gradients: TransformerGradients.Views,
    _ masks: Masks,
    shard: Int,
    with kernels: any Kernels
  ) {
    let (residual, branch, normalized) = (gradients.residual, gradients.branch, gradients.normalized)
    branch.start.update(from: residual.start, count: residual.rows * widths.vector)
    feedOutput.activationBackward(branch, output: block.output, mask: masks.output, with: kernels)
    feedOutput.parameterGradient(block.activated, gradient: branch, shard: shard, with: kernels)
    feedOutput.inputGradient(branch, into: gradients.activated, with: kernels)
    var inner = gradients.activated
    if widths.isGated {
      kernels.gateBackward(block.inner, dropout: masks.inner, gradient: inner)
      inner = block.inner
    } else {
      feed.activationBackward(inner, output: block.inner, mask: masks.inner, with: kernels)
    }
    feed.parameterGradient(block.middleNormalized, gradient: inner, shard: shard, with: kernels)
    feed.inputGradient(inner, into: normalized, with: kernels)
    feedNorm.backward(
      block.middle,
      statistics: block.middleStatistics,
      gradient: normalized,
      addingTo: residual,
      shard: shard,
      with: kernels
    )
  }

  private func attention(
    _ block: TransformerActivations.Block,
    _ sequences: PackedRows,
    _ longest: Int,
    _ masks: Masks
  ) -> CausalAttention {
    CausalAttention(
      projections: block.projections,
      weights: block.weights,
      sequences: sequences,
      heads: widths.heads,
      longest: longest,
      dropout: masks.weights
    )
  }
}
