/// The loss of queries over candidates, one direction, and its gradients: softmax cross-entropy, or a loss over the n_r
/// other candidates that query r sees, one at a time.
///
///     softmax = sum_r w_r (log sum_c exp z_rc - z_r,label) / sum_r w_r,   z_rc = q_r . c_c / T + bias_c
///     bpr = sum_r w_r / n_r sum_c log(1 + exp(z_rc - z_r,label)) / sum_r w_r,   c other than label
///     ccl = sum_r w_r (1 - z_r,label + v / n_r sum_c max(0, z_rc - margin)) / sum_r w_r,   T = 1
///     softmax_at_k = sum_r w_r sigma((s_r,label - b_r) / t) (log sum_c exp z_rc - z_r,label) / sum_r w_r,   s = q_r . c_c
///     gbce = sum_r w_r (beta log(1 + exp(-z_r,label)) + sum_c log(1 + exp(z_rc))) / sum_r w_r
///
/// Where a batch has a trend, z_rc has that too (`TrendBias`), and so has s T.
///
/// Source: S. Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback", UAI 2009, without its
/// regularisation term and over all candidates where it draws one; Y. Bengio and J.-S. Senecal, "Adaptive importance sampling to accelerate training of a neural
/// probabilistic language model", 2008 (the bias -log q); X. Yi et al., RecSys 2019 (in-batch); K. Mao et al., "SimpleX: a
/// simple and strong baseline for collaborative filtering", CIKM 2021 (ccl); A. Petrov and C. Macdonald, RecSys 2023
/// (gbce, without its 1 / (n_r + 1): gradients would be so short that Adam's epsilon held them back); W. Yang et al., "Breaking the top-K barrier: advancing top-K ranking metrics optimization in recommender
/// systems", KDD 2025 (softmax_at_k): b_r is the similarity of the K-th best of all items, as the candidates tell of it:
/// each stands for 1 / q_c items where sampling is corrected, else all for the same number; no gradient goes through the
/// weight, as a lower score of the target would lower it. Where labels are spared, z_r,label has no bias: K. Khrylchenko et al., "Correcting the logQ correction",
/// RecSys 2025 (see `SamplingCorrection`). Losses are summed
/// in Float64. The result depends on neither seed nor thread count.
final class DirectedLoss {
  private let logits = Storage<Float>()
  private let losses = Storage<Double>()
  private let rowWeights = Storage<Float>()
  /// The derivative of each row's loss by the weights of the trend, `[rows, windows]`.
  private let trendRows = Storage<Double>()
  private var batch: ContrastiveBatch?

  /// Rows of logits that one task computes at once, at most 4 MiB of them. Every product packs all candidates anew, which
  /// more rows share: at 2,048 candidates of 128 dimensions, 256 rows take a sixth off the time that 32 rows take.
  static func tileRows(candidates: Int) -> Int { min(256, max(8, 1_048_576 / max(candidates, 1))) }

  /// Computes the loss times `share`; its gradient by the queries is written to `queryGradient`.
  func forward(
    _ batch: ContrastiveBatch,
    share: Double,
    queryGradient: MatrixView,
    on compute: Compute
  ) -> Double {
    let (rows, columns) = (batch.queries.rows, batch.candidates.rows)
    logits.reserve(rows * columns)
    losses.reserve(rows)
    rowWeights.reserve(rows)
    if let trend = batch.trend { trendRows.reserve(rows * trend.rows.windows) }
    self.batch = batch
    let total = Self.weigh(batch, share: share, into: rowWeights.start)
    let tile = Self.tileRows(candidates: columns)
    compute.threads.forEachRange(of: rows, size: tile) { range in
      computeTile(range, batch, queryGradient: queryGradient.rows(range), with: compute.kernels)
    }
    var loss = 0.0
    for row in 0..<rows { loss += losses[row] * Double(batch.weights?[row] ?? 1) }
    return share * loss / total
  }

  /// The gradient by the candidates in `range` (`[range, dim]`).
  func candidateGradient(
    _ range: Range<Int>,
    into gradient: MatrixView,
    accumulate: Bool,
    with kernels: any Kernels
  ) {
    guard let batch else { preconditionFailure("gradients come after the forward pass") }
    kernels.multiply(
      .transposed(matrix(batch).columns(range)),
      .plain(batch.queries),
      into: gradient,
      scale: batch.inverseTemperature,
      accumulate: accumulate
    )
  }

  /// The derivative of the last loss by the weight of one window of the trend; 0 where the batch has none.
  func trendGradient(_ window: Int) -> Double {
    guard let batch, let trend = batch.trend else { return 0 }
    return (0..<batch.queries.rows).reduce(0) { $0 + trendRows[$1 * trend.rows.windows + window] }
  }

  private func matrix(_ batch: ContrastiveBatch) -> MatrixView {
    MatrixView(logits.start, rows: batch.queries.rows, columns: batch.candidates.rows)
  }

  /// Logits, losses and the queries' gradient of a few rows, all in cache.
  private func computeTile(
    _ range: Range<Int>,
    _ batch: ContrastiveBatch,
    queryGradient: MatrixView,
    with kernels: any Kernels
  ) {
    let tile = matrix(batch).rows(range)
    kernels.multiply(
      .plain(batch.queries.rows(range)),
      .transposed(batch.candidates),
      into: tile,
      scale: batch.inverseTemperature,
      accumulate: false
    )
    batch.trend?.add(to: tile, range)
    var rows = ContrastiveRows(labels: batch.labels, weights: rowWeights.start, losses: losses.start)
    rows.bias = batch.candidateBias
    rows.exclusions = batch.exclusions
    rows.own = batch.own
    rows.sparesLabels = batch.sparesLabels
    let numbers = batch.numbers
    rows = rows.advanced(by: range.lowerBound)
    switch batch.form {
    case .softmax: kernels.softmaxRows(tile, rows)
    case .bpr: kernels.rankingRows(tile, rows)
    case .ccl:
      kernels.cosineRows(tile, rows, margin: Float(numbers.margin), weight: Float(numbers.negativeWeight))
    case .softmaxAtK:
      let scale = 1 / (Double(batch.inverseTemperature) * numbers.weightTemperature)
      kernels.softmaxAtKRows(tile, rows, k: numbers.topK, items: numbers.itemCount, scale: Float(scale))
    case .gbce: kernels.binaryRows(tile, rows, power: Float(numbers.positivePower))
    }
    batch.trend?.differentiate(tile, range, into: trendRows.start)
    kernels.multiply(
      .plain(tile),
      .plain(batch.candidates),
      into: queryGradient,
      scale: batch.inverseTemperature,
      accumulate: false
    )
  }

  /// Writes each row's weight in the mean, times `share`; returns the sum of the weights.
  static func weigh(
    _ batch: ContrastiveBatch,
    share: Double,
    into rowWeights: UnsafeMutablePointer<Float>
  ) -> Double {
    let rows = batch.queries.rows
    var total = Double(rows)
    if let weights = batch.weights {
      total = 0
      for row in 0..<rows { total += Double(weights[row]) }
    }
    for row in 0..<rows { rowWeights[row] = Float(share * Double(batch.weights?[row] ?? 1) / total) }
    return total
  }
}
