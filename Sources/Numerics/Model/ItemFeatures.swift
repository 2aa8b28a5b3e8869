/// The features of items besides embedding and category, as columns with one value an item.
package struct ItemFeatures: Sendable, Equatable {
  /// The codes of each categorical column, `[columns][items]`; 0 is unknown.
  package var codes: [[Int32]]
  /// Where the values of each numeric column lie among its buckets, `[columns][items]`: from 1 to the number of
  /// buckets, between two of them by distance; 0 where there is no value.
  package var places: [[Float]]
  /// When each item was made, in hours since the first training click, `[items]`; NaN where nobody knows, empty
  /// where the model takes no age.
  package var createdHours: [Double]

  /// Puts features together.
  package init(codes: [[Int32]] = [], places: [[Float]] = [], createdHours: [Double] = []) {
    self.codes = codes
    self.places = places
    self.createdHours = createdHours
  }

  /// Those of the first `count` items.
  func prefix(_ count: Int) -> ItemFeatures {
    ItemFeatures(
      codes: codes.map { Array($0.prefix(count)) },
      places: places.map { Array($0.prefix(count)) },
      createdHours: Array(createdHours.prefix(count))
    )
  }

  /// Checks that there are the columns that the model takes, each with one value for each of `count` items.
  /// - Throws: `ModelError.input`.
  func validate(count: Int, for shape: TwoTowerShape) throws {
    try require(codes.count == shape.itemCategories.count) {
      "expected \(shape.itemCategories.count) categorical item columns, got \(codes.count)"
    }
    for (codes, column) in zip(codes, shape.itemCategories) {
      try require(codes.count == count) { "expected \(count) codes of \(column.name), got \(codes.count)" }
      try validateIDs(codes, below: column.vocabulary, column.name)
    }
    try require(places.count == shape.itemNumbers.count) {
      "expected \(shape.itemNumbers.count) numeric item columns, got \(places.count)"
    }
    for (places, column) in zip(places, shape.itemNumbers) {
      try require(places.count == count) { "expected \(count) places of \(column.name), got \(places.count)" }
      try require(places.allSatisfy { $0 >= 0 && $0 <= Float(column.buckets) }) {
        "the places of \(column.name) must lie in 0...\(column.buckets)"
      }
    }
    try require(shape.itemAge == nil || createdHours.count == count) {
      "expected \(count) times at which items were made, got \(createdHours.count)"
    }
  }

  private func require(_ holds: Bool, _ message: () -> String) throws {
    guard holds else { throw ModelError.input(message()) }
  }
}
