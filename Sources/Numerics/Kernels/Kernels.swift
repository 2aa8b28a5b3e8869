/// The loops under layers, losses and optimisers.
///
/// Each call works on the calling thread alone; callers spread calls over threads. `ReferenceKernels` says what
/// each does in plain Swift, `FastKernels` does it with oneDNN and vector code, and a test holds the two together.
protocol Kernels: Sendable {
  /// What `multiply` rounds its factors to.
  var precision: Precision { get set }

  /// `c = scale * a * b`, or `c += scale * a * b` where it accumulates; `a` and `b` may be read transposed.
  func multiply(_ a: Operand, _ b: Operand, into c: MatrixView, scale: Float, accumulate: Bool)

  /// `output = dropout(relu(output + bias))`; `bias` is `[columns]`; without `relu` the identity.
  func finishDense(
    _ output: MatrixView,
    bias: UnsafePointer<Float>,
    relu: Bool,
    dropout: DropoutMask?
  )
  /// `gradient *= scale` where `output > 0`, else 0.
  func reluBackward(_ gradient: MatrixView, output: MatrixView, scale: Float)
  /// `gradient` times the mask's factors.
  func dropoutBackward(_ gradient: MatrixView, dropout: DropoutMask)
  /// `sums[c] += sum over rows of matrix[r, c]`.
  func addColumnSums(of matrix: MatrixView, to sums: UnsafeMutablePointer<Float>)
  /// `sum[i] += part[i]` for `count` elements.
  func add(_ part: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, count: Int)
  /// The sum of squares of `count` elements, in Double.
  func sumOfSquares(_ values: UnsafePointer<Float>, count: Int) -> Double

  /// `output = input * rsqrt(max(sum(input^2), 1e-12))` by rows; `inverse` keeps the factors, negative where the
  /// row was too short. Source: `tf.nn.l2_normalize`.
  func normalizeRows(_ input: MatrixView, into output: MatrixView, inverse: UnsafeMutablePointer<Float>)
  /// `output = input * rsqrt(sum(input^2) + epsilon)` by rows; `inverse` keeps the factors.
  func normalizeRows(
    _ input: MatrixView,
    into output: MatrixView,
    inverse: UnsafeMutablePointer<Float>,
    epsilon: Float
  )
  /// The gradient of either `normalizeRows`; `inputGradient` may be `outputGradient`.
  func normalizeRowsBackward(
    _ outputGradient: MatrixView,
    output: MatrixView,
    inverse: UnsafePointer<Float>,
    into inputGradient: MatrixView
  )

  /// `output[r] = table[ids[r]]`; the table's rows are as wide as the output.
  func gather(_ table: UnsafePointer<Float>, ids: UnsafePointer<Int32>, into output: MatrixView)
  /// `output[r] =` the mean of the table's rows over the window's ids other than 0; zeros where there is none.
  func meanOfHistory(_ table: UnsafePointer<Float>, _ windows: HistoryPointers, into output: MatrixView)
  /// The shares of `gather`, one a row of `gradient`.
  func shares(
    ofRows ids: UnsafePointer<Int32>,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  )
  /// The shares of `meanOfHistory`; returns how many.
  func shares(
    ofHistory windows: HistoryPointers,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  )
    -> Int
  /// `output[r] = table[ids[r]]` brought to length one by `unit`; added to the output where `adds`.
  func gather(
    _ table: UnsafePointer<Float>,
    ids: UnsafePointer<Int32>,
    unit: UnitLength,
    adds: Bool,
    into output: MatrixView
  )
  /// `output[r] =` the table read at `hours[r]`, between two rows; added to the output where `adds`.
  func interpolate(_ buckets: TimeBuckets, hours: UnsafePointer<Float>, adds: Bool, into output: MatrixView)
  /// The shares of `interpolate`, two a row of `gradient`.
  func shares(
    ofInterpolation buckets: TimeBuckets,
    hours: UnsafePointer<Float>,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  )
  /// `output[r] = sum_k w_k table[c_k]` over the row's bag, zeros where it is empty; added to the output where `adds`.
  func sumBags(_ bags: BagRows, of table: UnsafePointer<Float>, adds: Bool, into output: MatrixView)
  /// The shares of `sumBags`; returns how many.
  func shares(
    ofBags bags: BagRows,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) -> Int
  /// `output[r] = sum_j w_j e_j / (sum_j w_j + 1e-6)` over the known clicks; added to the output where `adds`.
  func pool(_ pool: PositionPool, adds: Bool, into output: MatrixView)
  /// The shares of `pool`, as gradients of the rows at length one; returns how many.
  func shares(
    ofPool pool: PositionPool,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) -> Int
  /// `sums[j] +=` the derivative by `w_j`, summed over the rows of `gradient`, which is that of the pooled rows.
  func addWeightGradient(
    ofPool pool: PositionPool,
    gradient: MatrixView,
    to sums: UnsafeMutablePointer<Float>
  )
  /// `output[r] = sum_j w_j clicks[j]` with `w = softmax(scale * queries[r] . clicks[j])` over the row's clicks, zeros
  /// where there is none.
  func attend(_ attention: AttentionRows, into output: MatrixView)
  /// From `gradient`, that of the output: `clicks` become their gradient, `queryGradient` is set to that of `queries`.
  func attendBackward(_ attention: AttentionRows, gradient: MatrixView, queryGradient: MatrixView)
  /// Takes one step of a gated recurrent unit.
  func gatedStep(_ step: GatedStep)
  /// Goes one step back; `stateGradient`, that of the state, becomes its share that goes straight to the state before.
  func gatedStepBackward(_ step: GatedStep, stateGradient: MatrixView)
  /// `rows = dropout(scale * rows + positions[i])`, `i` the place of a row in its sequence; positions are as wide as rows.
  func addPositions(
    _ positions: UnsafePointer<Float>,
    to rows: MatrixView,
    _ sequences: PackedRows,
    scale: Float,
    dropout: DropoutMask?
  )
  /// From `gradient`, that of `addPositions`' output: `sums[i] +=` that of `positions[i]`; it becomes that of the rows.
  func positionsBackward(
    _ gradient: MatrixView,
    _ sequences: PackedRows,
    scale: Float,
    dropout: DropoutMask?,
    to sums: UnsafeMutablePointer<Float>
  )
  /// Layer normalisation.
  func normalizeLayer(_ rows: LayerRows, into output: MatrixView)
  /// From `gradient`, that of the output: adds that of the input to `inputGradient`, and theirs to those of gain and bias.
  func normalizeLayerBackward(
    _ rows: LayerRows,
    gradient: MatrixView,
    addingTo inputGradient: MatrixView,
    gainGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>
  )
  /// Attention of every row to those before it and itself.
  func attendCausally(_ attention: CausalAttention, into output: MatrixView)
  /// From `gradient`, that of the output: `projectionGradient` is set to that of the projections.
  func attendCausallyBackward(
    _ attention: CausalAttention,
    gradient: MatrixView,
    projectionGradient: MatrixView
  )
  /// `output = dropout(silu(left) * right)`, `left` and `right` the halves of the columns of `halves`.
  func gate(_ halves: MatrixView, dropout: DropoutMask?, into output: MatrixView)
  /// From `gradient`, that of the output, which is used up: `halves` become their gradient.
  func gateBackward(_ halves: MatrixView, dropout: DropoutMask?, gradient: MatrixView)
  /// `gradient[s]`, that of table row `rows[s]` at length one, becomes that of the row itself, for `s` in `range`.
  func unitBackward(
    _ table: MatrixView,
    rows: UnsafePointer<Int32>,
    range: Range<Int>,
    unit: UnitLength,
    gradient: UnsafeMutablePointer<Float>
  )
  /// Sorts shares by row, equal rows in the order they came; returns the number of distinct rows.
  func sort(
    _ shares: UnsafePointer<EmbeddingShare>,
    count: Int,
    tableRows: Int,
    into buffers: ShareSortBuffers
  ) -> Int
  /// `gradient[s] =` the sum of segment `s`'s shares, for the segments in `range`; rows are `columns` wide.
  func sumSegments(
    _ sorted: SortedShares,
    range: Range<Int>,
    columns: Int,
    into gradient: UnsafeMutablePointer<Float>
  )

  /// Softmax cross-entropy by rows; `logits` become their gradient.
  func softmaxRows(_ logits: MatrixView, _ rows: ContrastiveRows)
  /// Bayesian personalised ranking by rows, the mean of softplus(z_c - z_label) over the columns other than the label
  /// that a row sees; `logits` become their gradient.
  func rankingRows(_ logits: MatrixView, _ rows: ContrastiveRows)
  /// Softmax cross-entropy by rows, each times sigma(`scale` (z_label - b)) with b the `k`-th highest logit of all `items`
  /// as the columns tell of them, without bias; `logits` become their gradient, none of which goes through that weight.
  /// A column stands for exp(bias) items, at least 1; without a bias all but the label for the same number.
  func softmaxAtKRows(_ logits: MatrixView, _ rows: ContrastiveRows, k: Int, items: Int, scale: Float)
  /// The cosine contrastive loss by rows, 1 - z_label + `weight` times the mean of max(0, z_c - `margin`) over the
  /// columns other than the label that a row sees; `logits` become their gradient.
  func cosineRows(_ logits: MatrixView, _ rows: ContrastiveRows, margin: Float, weight: Float)
  /// Binary cross-entropy by rows over the label and the other columns that a row sees, `power` softplus(-z_label) + the
  /// sum of softplus(z_c); `logits` become their gradient.
  func binaryRows(_ logits: MatrixView, _ rows: ContrastiveRows, power: Float)
  /// `logits = exp(logits - shift)`; `rowSums[r]` is set to their sum, `columnSums[c]` grows by each.
  func exponentiate(
    _ logits: MatrixView,
    shift: Float,
    rowSums: UnsafeMutablePointer<Float>,
    columnSums: UnsafeMutablePointer<Float>
  )
  /// `values[r, c] *= rowFactors[r] + columnFactors[c]`.
  func scale(_ values: MatrixView, rowFactors: UnsafePointer<Float>, columnFactors: UnsafePointer<Float>)

  /// `m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; x -= rate m / (sqrt(v) + epsilon) + decay x`.
  func adam(_ update: ParameterUpdate, _ step: AdamStep)
  /// What Adam did in the steps that a slot had no gradient in:
  /// `x = keep x - m sum_i weight_i / (root_i sqrt(v) + epsilon_i); m *= lag.m; v *= lag.v`.
  func catchUp(_ update: ParameterUpdate, _ lagging: Lagging<AdamLag>)
  /// `a += g^2; x -= rate g / (sqrt(a) + epsilon)`.
  func adagrad(_ update: ParameterUpdate, rate: Float, epsilon: Float)
  /// `v = momentum v - rate g; x += v`; without a state `x -= rate g`.
  func sgd(_ update: ParameterUpdate, rate: Float, momentum: Float)
  /// What momentum did in the steps that a slot had no gradient in: `x += sum v; v *= velocity`.
  func catchUp(_ update: ParameterUpdate, _ lagging: Lagging<MomentumLag>)
}
