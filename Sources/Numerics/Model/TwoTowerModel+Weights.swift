extension TwoTowerModel {
  /// All weights with their names, in the order of `parameters`: the matrices themselves, not copies.
  package var weights: [NamedMatrix] {
    parameters.map { NamedMatrix(name: $0.name, matrix: $0.value) }
  }

  /// All weights and, behind them, what is never moved: what a model is stored as.
  package var storedWeights: [NamedMatrix] {
    weights + constants.map { NamedMatrix(name: $0.name, matrix: $0.value) }
  }

  /// A copy of all weights, in the order of `parameters`.
  package func copyWeights() -> [NamedMatrix] {
    parameters.map { parameter in
      let copy = Matrix(rows: parameter.value.rows, columns: parameter.value.columns)
      copy.copy(from: parameter.value)
      return NamedMatrix(name: parameter.name, matrix: copy)
    }
  }

  /// Takes over the values of `weights`, each found by its name.
  /// - Throws: `ModelError.weights` where one is missing or of another shape; then nothing was changed.
  package func load(_ weights: [NamedMatrix]) throws { try load(weights, into: parameters) }

  /// Takes over what ``storedWeights`` gave, likewise.
  package func load(stored weights: [NamedMatrix]) throws { try load(weights, into: parameters + constants) }

  /// Takes over the pretrained vectors of items, `[rows, width]` as the shape has them: what a frozen table holds, or a
  /// learned one begins with.
  /// - Throws: `ModelError.weights` where they are of another shape, or the model takes none.
  package func load(itemVectors vectors: Matrix) throws {
    let tables = (tables + constants).filter { $0.name == TwoTowerShape.Vectors.table }
    guard !tables.isEmpty else { throw ModelError.weights("the model takes no pretrained vectors") }
    try load([NamedMatrix(name: TwoTowerShape.Vectors.table, matrix: vectors)], into: tables)
  }

  private func load(_ weights: [NamedMatrix], into parameters: [Parameter]) throws {
    let byName = Dictionary(weights.map { ($0.name, $0.matrix) }) { first, _ in first }
    var found: [Matrix] = []
    for parameter in parameters {
      guard let matrix = byName[parameter.name] else {
        throw ModelError.weights("the weights have no \(parameter.name)")
      }
      guard matrix.rows == parameter.value.rows && matrix.columns == parameter.value.columns else {
        throw ModelError.weights(
          "\(parameter.name) must be [\(parameter.value.rows), \(parameter.value.columns)], "
            + "got [\(matrix.rows), \(matrix.columns)]"
        )
      }
      found.append(matrix)
    }
    for (parameter, matrix) in zip(parameters, found) { parameter.value.copy(from: matrix) }
  }
}
