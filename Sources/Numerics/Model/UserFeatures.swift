/// The features of users, as columns with one value a user.
package struct UserFeatures: Sendable, Equatable {
  /// The codes of each categorical column, `[columns][users]`; 0 is unknown.
  package var codes: [[Int32]]
  /// Where the values of each numeric column lie among its buckets, `[columns][users]`; 0 where there is no value.
  package var places: [[Float]]
  /// The values of each multi-valued column, `[columns]`.
  package var bags: [Bags]

  /// Puts features together; none by default.
  package init(codes: [[Int32]] = [], places: [[Float]] = [], bags: [Bags] = []) {
    self.codes = codes
    self.places = places
    self.bags = bags
  }

  /// Those of some users, in their order.
  package func rows(_ users: some Collection<Int>) -> UserFeatures {
    UserFeatures(
      codes: codes.map { codes in users.map { codes[$0] } },
      places: places.map { places in users.map { places[$0] } },
      bags: bags.map { $0.rows(users) }
    )
  }

  /// Checks that there are the columns that the model takes, each with one value for each of `count` users.
  /// - Throws: `ModelError.input`.
  func validate(count: Int, for shape: TwoTowerShape) throws {
    try FeatureColumns(what: "user", shape.userCategories, shape.userNumbers, shape.userBags)
      .validate(codes, places, bags, count: count)
  }
}

/// The columns that a tower takes of its rows.
struct FeatureColumns {
  private let what: String
  private let categories: [TwoTowerShape.Context]
  private let numbers: [TwoTowerShape.Number]
  private let bags: [TwoTowerShape.Bag]

  /// Columns of `what`, which messages call so.
  init(
    what: String,
    _ categories: [TwoTowerShape.Context],
    _ numbers: [TwoTowerShape.Number],
    _ bags: [TwoTowerShape.Bag]
  ) {
    self.what = what
    self.categories = categories
    self.numbers = numbers
    self.bags = bags
  }

  /// Checks that there are these columns, each with one value for each of `count` rows.
  /// - Throws: `ModelError.input`.
  func validate(_ codes: [[Int32]], _ places: [[Float]], _ bags: [Bags], count: Int) throws {
    try require(codes.count == categories.count) {
      "expected \(categories.count) categorical \(what) columns, got \(codes.count)"
    }
    for (codes, column) in zip(codes, categories) {
      try require(codes.count == count) { "expected \(count) codes of \(column.name), got \(codes.count)" }
      try validateIDs(codes, below: column.vocabulary, column.name)
    }
    try require(places.count == numbers.count) {
      "expected \(numbers.count) numeric \(what) columns, got \(places.count)"
    }
    for (places, column) in zip(places, numbers) {
      try require(places.count == count) { "expected \(count) places of \(column.name), got \(places.count)" }
      try require(places.allSatisfy { $0 >= 0 && $0 <= Float(column.buckets) }) {
        "the places of \(column.name) must lie in 0...\(column.buckets)"
      }
    }
    try require(bags.count == self.bags.count) {
      "expected \(self.bags.count) multi-valued \(what) columns, got \(bags.count)"
    }
    for (bags, column) in zip(bags, self.bags) {
      try bags.validate(count: count, below: column.vocabulary, column.name)
    }
  }

  private func require(_ holds: Bool, _ message: () -> String) throws {
    guard holds else { throw ModelError.input(message()) }
  }
}
