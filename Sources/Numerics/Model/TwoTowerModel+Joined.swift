extension TwoTowerModel {
  /// What the model at place `member` of an ensemble draws from: the first from `seed` itself, the others from the seeds
  /// after it, so that each is the model that a training of its own with that seed gives.
  static func seed(_ seed: Int, ofMember member: Int) -> Int { (seed &+ member) & Int.max }

  /// The vectors of all models side by side, `[rows, vectorDimension]`.
  ///
  /// The inner product of two is the mean of the models' cosines, each model's vectors being brought to length one and
  /// divided by the root of how many there are; with bare inner products it is the sum of these.
  /// - Throws: what `vectors` throws; `OutOfMemory`.
  func joined(_ vectors: (TwoTowerModel) throws -> Matrix) throws -> Matrix {
    let scale = shape.similarity == .cosine ? 1 / Float(members.count).squareRoot() : 1
    var result: Matrix?
    for (place, member) in members.enumerated() {
      let own = try vectors(member)
      let whole =
        try result ?? Matrix(rows: own.rows, columns: shape.vectorDimension, for: "\(own.rows) vectors")
      result = whole
      let block = whole.view.columns(place * own.columns..<(place + 1) * own.columns)
      for row in 0..<own.rows {
        let (from, to) = (own.view.row(row), block.row(row))
        for column in 0..<own.columns { to[column] = from[column] * scale }
      }
    }
    return try result ?? Matrix(rows: 0, columns: shape.vectorDimension, for: "no vectors")
  }

  /// The first `width` dimensions of `vectors`, `[rows, width]`, brought to length one as the model brings its vectors
  /// there, where it does; of each of a query's vectors, where it has several and these are theirs.
  /// - Throws: `ModelError.input` where the vectors are narrower; `OutOfMemory`.
  package func prefixes(of vectors: Matrix, width: Int) throws -> Matrix {
    if let interests = shape.interests, vectors.columns == shape.queryDimension {
      let cut = try prefixes(of: vectors.cut(into: interests), width: width)
      return Matrix(rows: vectors.rows, columns: interests * width, values: cut.elements)
    }
    guard width > 0 && width <= vectors.columns else {
      throw ModelError.input("vectors of \(vectors.columns) dimensions have no first \(width)")
    }
    let result = try Matrix(rows: vectors.rows, columns: width, for: "\(vectors.rows) vectors")
    let inverse = Storage<Float>(capacity: vectors.rows)
    compute.threads.forEachRange(of: vectors.rows, size: 1_024) { rows in
      shape.vectorLength.apply(
        vectors.view.rows(rows).columns(0..<width),
        into: result.view.rows(rows),
        inverse: inverse.start + rows.lowerBound,
        with: compute.kernels
      )
    }
    return result
  }
}
