/// The loss of vectors cut to their first dimensions, as one more loss beside that of the whole vectors.
///
/// Cut vectors are brought to length one again where the whole ones were, so that they can be used as they are. The loss of
/// a training is the sum over all widths, each counting the same. Source: A. Kusupati et al., "Matryoshka representation
/// learning", NeurIPS 2022, equation 1 with all importances 1. The result depends on neither seed nor thread count.
final class PrefixLoss {
  /// How many dimensions are left.
  let width: Int
  /// The derivative of the last loss by the logarithm of what inner products are multiplied by.
  private(set) var scaleGradient = 0.0
  private let length: VectorLength
  /// The loss itself.
  let loss = ContrastiveLoss()
  private let queries = Side()
  private let candidates = Side()

  /// Cut vectors at their length, what they were divided by, and their gradients.
  private final class Side {
    private let vectors = Storage<Float>()
    private let gradients = Storage<Float>()
    let inverse = Storage<Float>()

    func reserve(_ rows: Int, width: Int) {
      vectors.reserve(rows * width)
      gradients.reserve(rows * width)
      inverse.reserve(rows)
    }

    func vectors(_ rows: Range<Int>, width: Int) -> MatrixView {
      MatrixView(vectors.start + rows.lowerBound * width, rows: rows.count, columns: width)
    }

    func gradients(_ rows: Range<Int>, width: Int) -> MatrixView {
      MatrixView(gradients.start + rows.lowerBound * width, rows: rows.count, columns: width)
    }
  }

  /// Makes a loss of the first `width` dimensions.
  init(width: Int, length: VectorLength) {
    self.width = width
    self.length = length
  }

  /// Computes the loss of `whole` with its vectors cut; its gradient by the queries is added to `queryGradient`
  /// (`[queries, dim]`).
  func forward(
    _ whole: ContrastiveBatch,
    sides: SoftmaxSides,
    queryGradient: MatrixView,
    on compute: Compute
  ) -> Double {
    var batch = whole
    batch.queries = cut(whole.queries, queries, on: compute)
    batch.candidates = cut(whole.candidates, candidates, on: compute)
    let rows = whole.queries.rows
    let value = loss.forward(
      batch,
      sides: sides,
      queryGradient: queries.gradients(0..<rows, width: width),
      on: compute
    )
    scaleGradient = 0
    let (vectors, gradients) = (batch.queries, queries.gradients(0..<rows, width: width))
    for index in 0..<rows * width {
      scaleGradient += Double(vectors.start[index]) * Double(gradients.start[index])
    }
    compute.threads.forEachRange(of: rows, size: 128) { range in
      add(queries, range, to: queryGradient.rows(range), with: compute.kernels)
    }
    return value
  }

  /// Adds the gradient of the last loss by the candidates in `range` to `gradient` (`[range, dim]`); calls for different
  /// ranges may run at once.
  func addCandidateGradient(_ range: Range<Int>, to gradient: MatrixView, with kernels: any Kernels) {
    loss.candidateGradient(range, into: candidates.gradients(range, width: width), with: kernels)
    add(candidates, range, to: gradient, with: kernels)
  }

  private func cut(_ whole: MatrixView, _ side: Side, on compute: Compute) -> MatrixView {
    side.reserve(whole.rows, width: width)
    compute.threads.forEachRange(of: whole.rows, size: 128) { rows in
      length.apply(
        whole.rows(rows).columns(0..<width),
        into: side.vectors(rows, width: width),
        inverse: side.inverse.start + rows.lowerBound,
        with: compute.kernels
      )
    }
    return side.vectors(0..<whole.rows, width: width)
  }

  private func add(_ side: Side, _ rows: Range<Int>, to gradient: MatrixView, with kernels: any Kernels) {
    let own = side.gradients(rows, width: width)
    if length != .free {
      kernels.normalizeRowsBackward(
        own,
        output: side.vectors(rows, width: width),
        inverse: side.inverse.start + rows.lowerBound,
        into: own
      )
    }
    for row in 0..<own.rows { kernels.add(own.row(row), to: gradient.row(row), count: width) }
  }
}
