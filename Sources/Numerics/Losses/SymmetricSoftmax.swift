import Glibc

/// The mean of both directions of an in-batch softmax, for logits of known bound, with one exponential each.
///
/// With |z| <= M every exp(z - M) lies in [exp(-2M), 1], so that one matrix of exponentials serves row sums and
/// column sums, and both gradients are it times (row factor + column factor):
///
///     loss = sum_i w_i (log R_i + M - z_ii) / 2 + sum_j w_j (log C_j + M - z_jj) / 2,   sum w = 1
///     dloss/dz_ij = exp(z_ij - M) (w_i / R_i + w_j / C_j) / 2 - [i = j] w_i
///
/// The result depends on neither seed nor thread count.
final class SymmetricSoftmax {
  /// exp(-2M) must stay a normal Float32: M is at most this.
  static let largestBound: Float = 40

  private let exponentials = Storage<Float>()
  private let rowWeights = Storage<Float>()
  private let diagonal = Storage<Float>()
  private let rowSums = Storage<Float>()
  private let columnSums = Storage<Float>()
  private let columnParts = Storage<Float>()
  private var batch: ContrastiveBatch?

  /// Computes the loss; its gradient by the queries is written to `queryGradient`.
  func forward(
    _ batch: ContrastiveBatch,
    bound: Float,
    queryGradient: MatrixView,
    on compute: Compute
  ) -> Double {
    let size = batch.queries.rows
    let tile = DirectedLoss.tileRows(candidates: size)
    let tiles = (size + tile - 1) / tile
    reserve(size, tiles: tiles)
    self.batch = batch
    _ = DirectedLoss.weigh(batch, share: 1, into: rowWeights.start)
    compute.threads.forEachRange(of: size, size: tile) { range in
      exponentiateTile(range, batch, bound: bound, part: range.lowerBound / tile, with: compute.kernels)
    }
    sumColumns(size, tiles: tiles, with: compute.kernels)
    let loss = meanLoss(size, bound: bound)
    compute.threads.forEachRange(of: size, size: tile) { range in
      differentiateTile(range, batch, queryGradient: queryGradient.rows(range), with: compute.kernels)
    }
    return loss
  }

  /// The gradient by the candidates in `range` (`[range, dim]`).
  func candidateGradient(_ range: Range<Int>, into gradient: MatrixView, with kernels: any Kernels) {
    guard let batch else { preconditionFailure("gradients come after the forward pass") }
    kernels.multiply(
      .transposed(matrix(batch).columns(range)),
      .plain(batch.queries),
      into: gradient,
      scale: batch.inverseTemperature,
      accumulate: false
    )
  }

  private func matrix(_ batch: ContrastiveBatch) -> MatrixView {
    MatrixView(exponentials.start, rows: batch.queries.rows, columns: batch.queries.rows)
  }

  private func reserve(_ size: Int, tiles: Int) {
    exponentials.reserve(size * size)
    columnParts.reserve(tiles * size)
    for storage in [rowWeights, diagonal, rowSums, columnSums] { storage.reserve(size) }
  }

  private func exponentiateTile(
    _ range: Range<Int>,
    _ batch: ContrastiveBatch,
    bound: Float,
    part: Int,
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
    for row in range { diagonal[row] = tile[row - range.lowerBound, row] }
    let sums = columnParts.start + part * tile.columns
    sums.update(repeating: 0, count: tile.columns)
    kernels.exponentiate(tile, shift: bound, rowSums: rowSums.start + range.lowerBound, columnSums: sums)
  }

  private func sumColumns(_ size: Int, tiles: Int, with kernels: any Kernels) {
    columnSums.start.update(from: columnParts.start, count: size)
    for part in 1..<max(tiles, 1) {
      kernels.add(columnParts.start + part * size, to: columnSums.start, count: size)
    }
  }

  /// The loss; row and column sums become the factors of the gradient.
  private func meanLoss(_ size: Int, bound: Float) -> Double {
    var loss = 0.0
    for index in 0..<size {
      let weight = rowWeights[index]
      let logs = log(Double(rowSums[index])) + log(Double(columnSums[index]))
      loss += Double(weight) * (logs / 2 + Double(bound) - Double(diagonal[index]))
      rowSums[index] = weight / 2 / rowSums[index]
      columnSums[index] = weight / 2 / columnSums[index]
    }
    return loss
  }

  private func differentiateTile(
    _ range: Range<Int>,
    _ batch: ContrastiveBatch,
    queryGradient: MatrixView,
    with kernels: any Kernels
  ) {
    let tile = matrix(batch).rows(range)
    kernels.scale(tile, rowFactors: rowSums.start + range.lowerBound, columnFactors: columnSums.start)
    for row in range { tile[row - range.lowerBound, row] -= rowWeights[row] }
    kernels.multiply(
      .plain(tile),
      .plain(batch.candidates),
      into: queryGradient,
      scale: batch.inverseTemperature,
      accumulate: false
    )
  }
}
