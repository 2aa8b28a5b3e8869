/// A named matrix of weights that training moves, and its gradient.
public final class Parameter {
  /// Whether every step touches all of it, or a few rows.
  public enum Kind: Sendable {
    case dense, embedding
  }

  /// The name it is saved under, as in `user_dense0_kernel`.
  public let name: String
  /// Dense or embedding.
  public let kind: Kind
  /// The weights: a kernel `[inputs, outputs]`, a bias `[1, outputs]`, an embedding `[vocabulary, width]`.
  public let value: Matrix
  /// The gradient of the last step.
  let gradient: Gradient

  /// Makes a parameter whose first values come from a stream of `seed` that bears its name, so that a further
  /// parameter moves no other's.
  init(
    _ name: String,
    _ kind: Kind,
    rows: Int,
    columns: Int,
    initializer: Initializer,
    seed: Int
  ) {
    self.name = name
    self.kind = kind
    value = Matrix(rows: rows, columns: columns)
    var generator = NumpyGenerator(seed: seed, stream: "initial/\(name)")
    initializer.fill(value, from: &generator)
    gradient =
      switch kind {
      case .dense: .dense(DenseGradient(rows: rows, columns: columns))
      case .embedding: .rows(RowGradient(tableRows: rows, columns: columns))
      }
  }
}
