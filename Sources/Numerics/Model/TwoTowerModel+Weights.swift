extension TwoTowerModel {
  /// All weights with their names, in the order of `parameters`: the matrices themselves, not copies. Those of an
  /// ensemble bear their model's place in front.
  package var weights: [NamedMatrix] {
    members.isEmpty ? Self.named(parameters) : ofMembers(\.weights)
  }

  /// All weights and, behind them, what is never moved: what a model is stored as.
  package var storedWeights: [NamedMatrix] {
    members.isEmpty ? weights + Self.named(constants) : ofMembers(\.storedWeights)
  }

  /// What comes before the names of the weights of the model at place `member` of an ensemble: `member1_`.
  package static func prefix(ofMember member: Int) -> String { "member\(member + 1)_" }

  /// What a weight of this model is called in each model of an ensemble; its own name where there is none.
  package func nameInMember(_ name: String) -> String {
    for place in members.indices {
      let prefix = Self.prefix(ofMember: place)
      if name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
    }
    return name
  }

  /// The parameters with the names of ``weights``.
  package var namedParameters: [(name: String, parameter: Parameter)] {
    Array(zip(weights.map(\.name), parameters))
  }

  /// Of what an ensemble calls so that of the model at place `member`, under that one's own names.
  static func own<Value>(_ member: Int, _ all: [Value], _ name: WritableKeyPath<Value, String>) -> [Value] {
    let prefix = prefix(ofMember: member)
    return all.filter { $0[keyPath: name].hasPrefix(prefix) }.map { value in
      var value = value
      value[keyPath: name].removeFirst(prefix.count)
      return value
    }
  }

  private static func named(_ parameters: [Parameter]) -> [NamedMatrix] {
    parameters.map { NamedMatrix(name: $0.name, matrix: $0.value) }
  }

  private func ofMembers(_ weights: (TwoTowerModel) -> [NamedMatrix]) -> [NamedMatrix] {
    members.enumerated().flatMap { place, member in
      weights(member).map { NamedMatrix(name: Self.prefix(ofMember: place) + $0.name, matrix: $0.matrix) }
    }
  }

  /// A copy of all weights, in the order of `parameters`, where the model's tables lie.
  /// - Throws: `FileError` where there is no room for it.
  package func copyWeights() throws -> [NamedMatrix] {
    try weights.map { NamedMatrix(name: $0.name, matrix: try tableMemory.copy(of: $0.matrix)) }
  }

  /// Takes over the values of `weights`, each found by its name.
  /// - Throws: `ModelError.weights` where one is missing or of another shape; then nothing was changed.
  package func load(_ weights: [NamedMatrix]) throws { try load(weights, into: self.weights) }

  /// Takes over what ``storedWeights`` gave, likewise.
  package func load(stored weights: [NamedMatrix]) throws { try load(weights, into: storedWeights) }

  /// Takes over the pretrained vectors of items, `[rows, width]` as the shape has them: what a frozen table holds, or a
  /// learned one begins with.
  /// - Throws: `ModelError.weights` where they are of another shape, or the model takes none.
  package func load(itemVectors vectors: Matrix) throws {
    guard members.isEmpty else {
      for member in members { try member.load(itemVectors: vectors) }
      return
    }
    let tables = storedWeights.filter { $0.name == TwoTowerShape.Vectors.table }
    guard !tables.isEmpty else { throw ModelError.weights("the model takes no pretrained vectors") }
    try load([NamedMatrix(name: TwoTowerShape.Vectors.table, matrix: vectors)], into: tables)
  }

  private func load(_ weights: [NamedMatrix], into own: [NamedMatrix]) throws {
    let byName = Dictionary(weights.map { ($0.name, $0.matrix) }) { first, _ in first }
    var found: [Matrix] = []
    for weight in own {
      guard let matrix = byName[weight.name] else {
        throw ModelError.weights("the weights have no \(weight.name)")
      }
      guard matrix.rows == weight.matrix.rows && matrix.columns == weight.matrix.columns else {
        throw ModelError.weights(
          "\(weight.name) must be [\(weight.matrix.rows), \(weight.matrix.columns)], "
            + "got [\(matrix.rows), \(matrix.columns)]"
        )
      }
      found.append(matrix)
    }
    for (weight, matrix) in zip(own, found) { weight.matrix.copy(from: matrix) }
  }
}
