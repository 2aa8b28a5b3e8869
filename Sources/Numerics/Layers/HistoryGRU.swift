/// The last state of a gated recurrent unit that reads each row's known clicks from the oldest to the newest.
///
///     z = sigmoid(e W_z + b_z + h U_z + c_z),   r = sigmoid(e W_r + b_r + h U_r + c_r)
///     g = tanh(e W_g + b_g + r (h U_g + c_g)),  h <- z h + (1 - z) g
///
/// This is Keras's `reset_after=True` (cuDNN's and PyTorch's too): the reset gate is applied after the product, so that
/// a step is one product over all rows. The state is as wide as an embedding and begins at zero; unknown clicks
/// (item 0) are skipped, and an empty history gives zeros.
///
/// Source: K. Cho et al., EMNLP 2014; over sessions of clicks B. Hidasi et al., "GRU4Rec", ICLR 2016.
final class HistoryGRU: FeatureSource {
  /// What is learned; gates in Keras's order: update, reset, candidate.
  struct Weights {
    /// W, `[d, 3 d]`.
    let kernel: Parameter
    /// U, `[d, 3 d]`.
    let recurrent: Parameter
    /// b and c, `[2, 3 d]`.
    let bias: Parameter
  }

  let table: Parameter
  private let weights: Weights
  private let packed: PackedSteps
  /// Of all clicks, step after step: embeddings, then their gradients; gates, then the gradients of the sums under
  /// them; h U_g + c_g, then its gradient; states.
  private let clicks = Storage<Float>()
  private let gates = Storage<Float>()
  private let inner = Storage<Float>()
  private let states = Storage<Float>()
  /// Of each row, at its place in its block: h U, and the gradient of h.
  private let products = Storage<Float>()
  private let stateGradients = Storage<Float>()

  /// Reads rows of `table`; `blockRows` rows go through a tower together.
  init(in table: Parameter, weights: Weights, blockRows: Int) {
    self.table = table
    self.weights = weights
    packed = PackedSteps(blockRows: blockRows)
  }

  var denseParameters: [Parameter] { [weights.kernel, weights.recurrent, weights.bias] }
  var keepsClicks: Bool { true }

  func prepare(_ inputs: RowInputs) {
    packed.pack(inputs)
    for storage in [clicks, inner, states] { storage.reserve(packed.count * width) }
    gates.reserve(packed.count * 3 * width)
    products.reserve(inputs.count * 3 * width)
    stateGradients.reserve(inputs.count * width)
  }

  func lookups(_ inputs: RowInputs) -> Int { packed.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    precondition(!adds, "the history is the first source of its block")
    let block = packed.block(inputs)
    let embeddings = view(clicks, block.clicks, width)
    kernels.gather(
      table.value.start,
      ids: packed.items.start + block.clicks.lowerBound,
      unit: table.unit,
      adds: false,
      into: embeddings
    )
    kernels.multiply(
      .plain(embeddings),
      .plain(weights.kernel.value.view),
      into: view(gates, block.clicks, 3 * width),
      scale: 1,
      accumulate: false
    )
    for place in block.empty {
      features.row(Int(block.order[place])).update(repeating: 0, count: width)
    }
    block.forEachStep { step in
      let gated = gatedStep(step, block)
      if let (products, state) = gated.before {
        kernels.multiply(
          .plain(state),
          .plain(weights.recurrent.value.view),
          into: products,
          scale: 1,
          accumulate: false
        )
      }
      kernels.gatedStep(gated)
      for place in step.ending {
        features.row(Int(block.order[place])).update(from: gated.state.row(place), count: width)
      }
    }
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(rows: packed.items.start, gradient: view(clicks, 0..<packed.count, width), with: kernels)
  }

  func backward(_ inputs: RowInputs, gradient: MatrixView, shard: Int, with kernels: any Kernels) {
    let block = packed.block(inputs)
    let stateGradients = view(stateGradients, block.rows, width)
    for place in 0..<block.rows.count {
      stateGradients.row(place).update(from: gradient.row(Int(block.order[place])), count: width)
    }
    for parameter in denseParameters { parameter.gradientPart(shard).clear() }
    guard !block.clicks.isEmpty else { return }
    let recurrent = weights.recurrent.gradientPart(shard)
    block.forEachStepBackwards { step in
      let gated = gatedStep(step, block)
      let stateGradient = stateGradients.rows(0..<step.clicks.count)
      kernels.gatedStepBackward(gated, stateGradient: stateGradient)
      guard let state = gated.before?.state else { return }
      // The products of z and r have the gradients of the sums they are in, that of g has its own behind r.
      let (both, last) = (0..<2 * width, 2 * width..<3 * width)
      let products = Products(state: state, stateGradient: stateGradient, kernelGradient: recurrent)
      productsBackward(products, both, gradient: gated.gates.columns(both), with: kernels)
      productsBackward(products, last, gradient: gated.inner, with: kernels)
    }
    inputBackward(block, shard: shard, with: kernels)
  }
}

// MARK: - Parts of a pass

extension HistoryGRU {
  /// The products of one step's rows with U, on the way back.
  private struct Products {
    /// h before the step, and its gradient so far.
    let state, stateGradient: MatrixView
    /// This shard's part of U's gradient so far.
    let kernelGradient: MatrixView
  }

  /// Adds to the gradients of h and U what comes through the products in `columns`, whose gradient is given.
  private func productsBackward(
    _ products: Products,
    _ columns: Range<Int>,
    gradient: MatrixView,
    with kernels: any Kernels
  ) {
    kernels.multiply(
      .transposed(products.state),
      .plain(gradient),
      into: products.kernelGradient.columns(columns),
      scale: 1,
      accumulate: true
    )
    kernels.multiply(
      .plain(gradient),
      .transposed(weights.recurrent.value.view.columns(columns)),
      into: products.stateGradient,
      scale: 1,
      accumulate: true
    )
  }

  /// The gradients of W, of the biases and of the embeddings, from all steps at once.
  private func inputBackward(_ block: StepBlock, shard: Int, with kernels: any Kernels) {
    let embeddings = view(clicks, block.clicks, width)
    let sums = view(gates, block.clicks, 3 * width)
    let bias = weights.bias.gradientPart(shard)
    kernels.addColumnSums(of: sums, to: bias.row(0))
    kernels.addColumnSums(of: sums.columns(0..<2 * width), to: bias.row(1))
    kernels.addColumnSums(of: view(inner, block.clicks, width), to: bias.row(1) + 2 * width)
    kernels.multiply(
      .transposed(embeddings),
      .plain(sums),
      into: weights.kernel.gradientPart(shard),
      scale: 1,
      accumulate: false
    )
    kernels.multiply(
      .plain(sums),
      .transposed(weights.kernel.value.view),
      into: embeddings,
      scale: 1,
      accumulate: false
    )
  }

  private func gatedStep(_ step: StepBlock.Step, _ block: StepBlock) -> GatedStep {
    let rows = block.rows.lowerBound..<block.rows.lowerBound + step.clicks.count
    return GatedStep(
      gates: view(gates, step.clicks, 3 * width),
      before: step.before.map { (view(products, rows, 3 * width), view(states, $0, width)) },
      bias: weights.bias.value.start,
      inner: view(inner, step.clicks, width),
      state: view(states, step.clicks, width)
    )
  }

  private func view(_ storage: Storage<Float>, _ rows: Range<Int>, _ columns: Int) -> MatrixView {
    MatrixView(storage.start + rows.lowerBound * columns, rows: rows.count, columns: columns)
  }
}
