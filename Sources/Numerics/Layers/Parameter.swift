import Memory

/// How first values are drawn.
struct InitialDraw {
  /// From which seed; nil where all values are to stay zero, as where others take their place.
  var seed: Int?
  /// On how many threads; the values do not depend on it.
  var threads = Threads(1)
  /// The weights that take the place of first values, by name, and are kept, not copied; nil where there are none yet.
  var given: [String: Matrix]?
  /// Where tables that are moved lie.
  var tables = TableMemory()

  /// The matrix for the weights called `name`. Where weights are given and lack it, or have it of another shape, it is
  /// empty, so that whoever gave them can be told; memory for it is never asked for.
  func matrix(_ name: String, _ kind: Parameter.Kind, rows: Int, columns: Int) -> Matrix {
    guard let given else {
      return kind == .embedding
        ? tables.matrix(rows: rows, columns: columns) : Matrix(rows: rows, columns: columns)
    }
    guard let matrix = given[name], matrix.rows == rows, matrix.columns == columns else {
      return Matrix(rows: 0, columns: 0)
    }
    return matrix
  }
}

/// A named matrix of weights that training moves, and its gradient.
package final class Parameter {
  /// Whether every step touches all of it, or a few rows; a frozen table is read by rows and stays as it is.
  package enum Kind: Sendable {
    case dense, embedding, frozen
  }

  /// The name it is saved under, as in `user_dense0_kernel`.
  package let name: String
  /// Dense or embedding.
  package let kind: Kind
  /// The weights: a kernel `[inputs, outputs]`, a bias `[1, outputs]`, an embedding `[vocabulary, width]`.
  package let value: Matrix
  /// The gradient of the last step.
  let gradient: Gradient
  /// How rows are brought to length one wherever they are read; tables only.
  let unit: UnitLength

  /// Makes a parameter whose first values come from a stream of the seed that bears its name, so that a further
  /// parameter moves no other's.
  init(
    _ name: String,
    _ kind: Kind,
    rows: Int,
    columns: Int,
    initializer: Initializer,
    _ draw: InitialDraw,
    unit: UnitLength = .none
  ) {
    precondition(kind == .embedding || !unit.isActive, "rows at length one are those of tables")
    self.name = name
    self.kind = kind
    self.unit = unit
    value = draw.matrix(name, kind, rows: rows, columns: columns)
    if let seed = draw.seed, value.rows == rows {
      var generator = NumpyGenerator(seed: seed, stream: "initial/\(name)")
      initializer.fill(value, from: &generator, on: draw.threads)
    }
    gradient =
      switch kind {
      case .dense: .dense(DenseGradient(rows: value.rows, columns: value.columns))
      case .embedding, .frozen: .rows(RowGradient(of: value, unit: unit))
      }
  }

  /// Shard `shard`'s part of the gradient of a dense parameter, of its shape.
  func gradientPart(_ shard: Int) -> MatrixView {
    guard case .dense(let gradient) = gradient else { preconditionFailure("only dense gradients have parts") }
    return gradient.part(shard)
  }
}
