/// The activations of one tower for a batch, and in training their gradients; made once, used every step.
final class TowerWorkspace {
  /// The gradients of everything below.
  struct Gradients {
    let features: Matrix
    let outputs: [Matrix]
    /// Those of the features themselves where the tower passes these on.
    let vectors: Matrix

    init(_ tower: Tower, capacity: Int) {
      features = Matrix(rows: capacity, columns: tower.featureWidth)
      outputs = tower.outputWidths.map { Matrix(rows: capacity, columns: $0) }
      vectors = tower.passesFeatures ? features : Matrix(rows: capacity, columns: tower.vectorWidth)
    }
  }

  let capacity: Int
  /// The tower's input, `[capacity, feature width]`.
  let features: Matrix
  /// Each layer's output, `[capacity, outputs]`.
  let outputs: [Matrix]
  /// The tower's output, `[capacity, vector width]`: the features themselves where it passes these on.
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
    vectors = tower.passesFeatures ? features : Matrix(rows: capacity, columns: tower.vectorWidth)
    inverseLengths = Storage(capacity: capacity)
    gradients = trains ? Gradients(tower, capacity: capacity) : nil
    interests = tower.parts.interests.map {
      InterestMap.Workspace($0, capacity: capacity, width: tower.vectorWidth, trains: trains)
    }
  }

  /// All vectors of each row, `[capacity, interests * vector width]`.
  var allVectors: Matrix { interests?.vectors ?? vectors }

  /// Takes `output` as the vectors of `rows`, for towers that do not normalise.
  func copyVectors(_ output: MatrixView, rows: Range<Int>) {
    let target = vectors.view.rows(rows)
    guard target.start != output.start else { return }
    for row in 0..<target.rows { target.row(row).update(from: output.row(row), count: target.columns) }
  }
}
