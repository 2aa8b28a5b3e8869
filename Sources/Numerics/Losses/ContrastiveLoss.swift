/// A contrastive loss with its workspaces: softmax of queries over candidates, one way or both, or pairwise ranking,
/// one way.
///
/// The same bytes for any number of threads. Nothing is allocated after the first step of the largest size.
final class ContrastiveLoss {
  private enum Last {
    case none, direction, both, shared
  }

  private let direction = DirectedLoss()
  private let reverse = DirectedLoss()
  private let shared = SymmetricSoftmax()
  private let reverseGradient = Storage<Float>()
  private var last = Last.none

  /// Makes a loss without memory; the first batch takes what it needs.
  init() {}

  /// Computes the weighted mean loss of `batch`; its gradient by the queries is written to `queryGradient`
  /// (`[queries, dim]`). What is not finite is returned as it is.
  func forward(
    _ batch: ContrastiveBatch,
    sides: SoftmaxSides,
    queryGradient: MatrixView,
    on compute: Compute
  ) -> Double {
    guard sides == .symmetric else {
      last = .direction
      return direction.forward(batch, share: 1, queryGradient: queryGradient, on: compute)
    }
    precondition(batch.trend == nil, "a symmetric loss takes nothing that candidates have of queries' times")
    precondition(batch.form.canBeSymmetric, "\(batch.form.rawValue) is not taken both ways")
    precondition(batch.queries.rows == batch.candidates.rows, "a symmetric loss pairs queries and candidates")
    let isPlain = batch.candidateBias == nil && batch.exclusions == nil && batch.own == nil
    if isPlain, let bound = batch.productBound,
      bound * batch.inverseTemperature <= SymmetricSoftmax.largestBound
    {
      last = .shared
      return shared.forward(
        batch,
        bound: bound * batch.inverseTemperature,
        queryGradient: queryGradient,
        on: compute
      )
    }
    last = .both
    return forwardBoth(batch, queryGradient: queryGradient, on: compute)
  }

  /// The gradient of the last loss by the candidates in `range`, written to `gradient` (`[range, dim]`); calls
  /// for different ranges may run at once.
  func candidateGradient(_ range: Range<Int>, into gradient: MatrixView, with kernels: any Kernels) {
    switch last {
    case .none: preconditionFailure("gradients come after the forward pass")
    case .shared: shared.candidateGradient(range, into: gradient, with: kernels)
    case .direction: direction.candidateGradient(range, into: gradient, accumulate: false, with: kernels)
    case .both:
      let own = MatrixView(
        reverseGradient.start + range.lowerBound * gradient.columns,
        rows: range.count,
        columns: gradient.columns
      )
      for row in 0..<own.rows { gradient.row(row).update(from: own.row(row), count: own.columns) }
      direction.candidateGradient(range, into: gradient, accumulate: true, with: kernels)
    }
  }

  /// The derivative of the last loss by the weight of one window of the trend; 0 where the batch had none.
  func trendGradient(_ window: Int) -> Double {
    if case .direction = last { return direction.trendGradient(window) }
    return 0
  }

  /// Both directions apart: for logits without bound, with a bias, or with exclusions.
  private func forwardBoth(
    _ batch: ContrastiveBatch,
    queryGradient: MatrixView,
    on compute: Compute
  ) -> Double {
    let (rows, dim) = (batch.candidates.rows, batch.candidates.columns)
    reverseGradient.reserve(rows * dim)
    let forth = direction.forward(batch, share: 0.5, queryGradient: queryGradient, on: compute)
    let candidates = MatrixView(reverseGradient.start, rows: rows, columns: dim)
    let back = reverse.forward(batch.reversed, share: 0.5, queryGradient: candidates, on: compute)
    compute.threads.forEachRange(of: rows, size: 128) { range in
      reverse.candidateGradient(
        range,
        into: queryGradient.rows(range),
        accumulate: true,
        with: compute.kernels
      )
    }
    return forth + back
  }
}
