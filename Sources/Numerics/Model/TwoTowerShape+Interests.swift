extension TwoTowerShape {
  /// More vectors a query than these are asked for by no recipe and taken from no file.
  package static let mostInterests = 64

  /// The width of a row of query vectors: of all vectors of the query, one after another.
  package var queryDimension: Int { vectorDimension * (interests ?? 1) }

  /// Whether interests weigh clicks by their positions too: where the order of clicks has a part in the pooling.
  package var interestsUsePositions: Bool { interests != nil && pooling != .mean }

  /// Checks how many vectors a query has.
  func validateInterests() throws {
    try require((2...Self.mostInterests).contains(interests ?? 2)) {
      "interests are 2 to \(Self.mostInterests), or none apart, got \(interests ?? 0)"
    }
    try require(interests == nil || ensemble == nil) {
      "an ensemble joins one vector of each model: it takes no interests"
    }
  }
}
