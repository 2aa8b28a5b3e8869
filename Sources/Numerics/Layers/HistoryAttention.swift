/// The clicks of each row's history, weighed by what the newest of them asks for:
///
///     p = sum_j w_j e_j,   w = softmax_j(e_0 W e_j / sqrt(d))
///
/// e_0 is the newest known click, which is among those it asks; unknown clicks (item 0) are left out, and an empty
/// history gives zeros. W begins as the identity: embeddings that are short, or at length one, then have nearly equal
/// weights, and the pool begins close to a mean.
///
/// Source: the score is the "general" one of M.-T. Luong et al., EMNLP 2015, scaled as in A. Vaswani et al., NeurIPS
/// 2017; the last click as the query is that of Q. Liu et al., "STAMP", KDD 2018.
final class HistoryAttention: FeatureSource {
  let table: Parameter
  /// W, `[d, d]`.
  private let kernel: Parameter
  private let packed = PackedClicks()
  /// The embeddings of all clicks, then their gradients, `[clicks, d]`.
  private let clicks = Storage<Float>()
  private let weights = Storage<Float>()
  /// Of each row, `[rows, d]`: e_0, then its gradient as the query; e_0 W; and the gradient of that.
  private let newest = Storage<Float>()
  private let queries = Storage<Float>()
  private let queryGradients = Storage<Float>()

  /// Pools rows of `table` with the matrix `kernel`.
  init(in table: Parameter, kernel: Parameter) {
    self.table = table
    self.kernel = kernel
  }

  var denseParameters: [Parameter] { [kernel] }
  var keepsClicks: Bool { true }

  func prepare(_ inputs: RowInputs) {
    packed.pack(inputs)
    clicks.reserve(packed.count * width)
    weights.reserve(packed.count)
    for storage in [newest, queries, queryGradients] { storage.reserve(inputs.count * width) }
  }

  func lookups(_ inputs: RowInputs) -> Int { packed.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    precondition(!adds, "the history is the first source of its block")
    let rows = packed.rows(inputs)
    let range = packed.clicks(rows)
    kernels.gather(
      table.value.start,
      ids: packed.items.start + range.lowerBound,
      unit: table.unit,
      adds: false,
      into: allClicks.rows(range)
    )
    let newest = view(newest, rows)
    for row in 0..<rows.count {
      newest.row(row).update(repeating: 0, count: width)
      guard let first = firstClick(rows.lowerBound + row) else { continue }
      newest.row(row).update(from: allClicks.row(first), count: width)
    }
    let queries = view(queries, rows)
    kernels.multiply(.plain(newest), .plain(kernel.value.view), into: queries, scale: 1, accumulate: false)
    kernels.attend(attention(rows), into: features)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(rows: packed.items.start, gradient: allClicks, with: kernels)
  }

  func backward(_ inputs: RowInputs, gradient: MatrixView, shard: Int, with kernels: any Kernels) {
    let rows = packed.rows(inputs)
    let (newest, queryGradient) = (view(newest, rows), view(queryGradients, rows))
    kernels.attendBackward(attention(rows), gradient: gradient, queryGradient: queryGradient)
    kernels.multiply(
      .transposed(newest),
      .plain(queryGradient),
      into: kernel.gradientPart(shard),
      scale: 1,
      accumulate: false
    )
    kernels.multiply(
      .plain(queryGradient),
      .transposed(kernel.value.view),
      into: newest,
      scale: 1,
      accumulate: false
    )
    for row in 0..<rows.count {
      guard let first = firstClick(rows.lowerBound + row) else { continue }
      kernels.add(newest.row(row), to: allClicks.row(first), count: width)
    }
  }

  private var allClicks: MatrixView { MatrixView(clicks.start, rows: packed.count, columns: width) }

  private func view(_ storage: Storage<Float>, _ rows: Range<Int>) -> MatrixView {
    MatrixView(storage.start + rows.lowerBound * width, rows: rows.count, columns: width)
  }

  /// The place of the newest known click of row `row`, or nil.
  private func firstClick(_ row: Int) -> Int? {
    let range = packed.clicks(row..<row + 1)
    return range.isEmpty ? nil : range.lowerBound
  }

  private func attention(_ rows: Range<Int>) -> AttentionRows {
    AttentionRows(
      clicks: allClicks,
      offsets: UnsafePointer(packed.offsets.start + rows.lowerBound),
      queries: view(queries, rows),
      scale: 1 / Float(width).squareRoot(),
      weights: weights.start
    )
  }
}
