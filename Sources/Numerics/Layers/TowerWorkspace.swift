/// The activations of one tower for a batch, and in training their gradients; made once, used every step.
final class TowerWorkspace {
  /// The gradients of everything below.
  struct Gradients {
    let features: Matrix
    let outputs: [Matrix]
    let vectors: Matrix
  }

  let capacity: Int
  /// The tower's input, `[capacity, feature width]`.
  let features: Matrix
  /// Each layer's output, `[capacity, outputs]`.
  let outputs: [Matrix]
  /// The tower's output, `[capacity, vector width]`.
  let vectors: Matrix
  /// Of each row before normalisation; see `Kernels.normalizeRows`.
  let inverseLengths: Storage<Float>
  let gradients: Gradients?
  /// Where a row has several vectors, these; ``vectors`` are then those that count in training.
  let interests: InterestMap.Workspace?

  /// Makes room for `capacity` rows.
  init(_ tower: Tower, capacity: Int, trains: Bool) {
    self.capacity = capacity
    features = Matrix(rows: capacity, columns: tower.featureWidth)
    outputs = tower.outputWidths.map { Matrix(rows: capacity, columns: $0) }
    vectors = Matrix(rows: capacity, columns: tower.vectorWidth)
    inverseLengths = Storage(capacity: capacity)
    gradients =
      trains
      ? Gradients(
        features: Matrix(rows: capacity, columns: tower.featureWidth),
        outputs: tower.outputWidths.map { Matrix(rows: capacity, columns: $0) },
        vectors: Matrix(rows: capacity, columns: tower.vectorWidth)
      )
      : nil
    interests = tower.parts.interests.map {
      InterestMap.Workspace($0, capacity: capacity, width: tower.vectorWidth, trains: trains)
    }
  }

  /// All vectors of each row, `[capacity, interests * vector width]`.
  var allVectors: Matrix { interests?.vectors ?? vectors }

  /// Takes `output` as the vectors of `rows`, for towers that do not normalise.
  func copyVectors(_ output: MatrixView, rows: Range<Int>) {
    let target = vectors.view.rows(rows)
    for row in 0..<target.rows { target.row(row).update(from: output.row(row), count: target.columns) }
  }
}
