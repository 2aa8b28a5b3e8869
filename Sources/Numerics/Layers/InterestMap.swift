/// What gives each row of a tower K vectors:
///
///     v_k = q + r_k M,
///
/// q what the tower makes of its features, r_k what interest k reads of the history (`HistoryInterests`), M a learned
/// matrix that begins at zero: the vectors begin as one, which is that of a model of a single vector. Each is then
/// brought to its length.
///
/// Training goes by the vector with the largest inner product with the target's, the first of equals: the gradient goes
/// through it alone. Source: Y. Cen et al., KDD 2020, equation 8; as the power of the label-aware attention of C. Li
/// et al., "Multi-interest network with dynamic routing for recommendation at Tmall", CIKM 2019, goes to infinity.
struct InterestMap {
  /// What is read of the history.
  let source: HistoryInterests
  /// M, `[embedding, vector width]`.
  let map: LinearMap

  /// How many vectors a row has.
  var count: Int { source.interests }
  /// What the tower computes last.
  var block: FeatureBlock { FeatureBlock([source], role: .mapped) }

  /// Room for the vectors of a batch.
  final class Workspace {
    /// `[capacity, interests * width]`.
    let vectors: Matrix
    /// Of each vector before normalisation, `[capacity * interests]`; see `Kernels.normalizeRows`.
    let inverseLengths: Storage<Float>
    /// The interest of each row that counts, `[capacity]`.
    let chosen: Storage<Int32>
    /// What that has read, and the gradient of it, `[capacity, embedding]`.
    let readouts: Matrix
    let gradients: Matrix

    init(_ map: InterestMap, capacity: Int, width: Int, trains: Bool) {
      vectors = Matrix(rows: capacity, columns: map.count * width)
      inverseLengths = Storage(capacity: capacity * map.count)
      let rows = trains ? capacity : 0
      chosen = Storage(capacity: rows)
      readouts = Matrix(rows: rows, columns: map.source.embedding)
      gradients = Matrix(rows: rows, columns: map.source.embedding)
    }

    /// The vectors of `rows`, one under another, `[rows * interests, width]`.
    func stacked(_ rows: Range<Int>, interests: Int) -> MatrixView {
      let width = vectors.columns / interests
      return MatrixView(
        vectors.start + rows.lowerBound * vectors.columns,
        rows: rows.count * interests,
        columns: width
      )
    }
  }

  /// Writes the vectors of `rows`: `outputs` of the tower, `[rows, width]`, and what was read, `[rows, interests * embedding]`.
  func forward(
    _ outputs: MatrixView,
    readouts: MatrixView,
    length: VectorLength,
    rows: Range<Int>,
    in workspace: Workspace,
    with kernels: any Kernels
  ) {
    let (width, embedding) = (outputs.columns, source.embedding)
    for interest in 0..<count {
      let vectors = workspace.vectors.view.rows(rows).columns(interest * width..<(interest + 1) * width)
      for row in 0..<rows.count { vectors.row(row).update(from: outputs.row(row), count: width) }
      let own = readouts.columns(interest * embedding..<(interest + 1) * embedding)
      map.forward(own, adds: true, into: vectors, with: kernels)
    }
    guard length != .free else { return }
    let stacked = workspace.stacked(rows, interests: count)
    let inverse = workspace.inverseLengths.start + rows.lowerBound * count
    length.apply(stacked, into: stacked, inverse: inverse, with: kernels)
  }

  /// From the gradient of the chosen vectors before normalisation, `[rows, width]`, to M's and to that of what was read.
  func backward(
    _ outputGradient: MatrixView,
    readouts: MatrixView,
    readoutGradient: MatrixView,
    rows: Range<Int>,
    shard: Int,
    in workspace: Workspace,
    with kernels: any Kernels
  ) {
    let embedding = source.embedding
    let (chosen, gradients) = (workspace.readouts.view.rows(rows), workspace.gradients.view.rows(rows))
    for row in 0..<rows.count {
      let start = Int(workspace.chosen[rows.lowerBound + row]) * embedding
      chosen.row(row).update(from: readouts.row(row) + start, count: embedding)
    }
    map.backward(chosen, gradient: outputGradient, into: gradients, shard: shard, with: kernels)
    readoutGradient.clear()
    for row in 0..<rows.count {
      let start = Int(workspace.chosen[rows.lowerBound + row]) * embedding
      (readoutGradient.row(row) + start).update(from: gradients.row(row), count: embedding)
    }
  }
}
