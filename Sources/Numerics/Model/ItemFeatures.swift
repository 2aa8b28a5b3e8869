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
  /// The values of each multi-valued column and the words of each column of text, `[columns]`.
  package var bags: [Bags]
  /// The row of each item in the table of pretrained vectors, `[items]`; 0 where it has none, empty where the model takes
  /// no vectors.
  package var vectorRows: [Int32]

  /// Puts features together; none by default.
  package init(
    codes: [[Int32]] = [],
    places: [[Float]] = [],
    createdHours: [Double] = [],
    bags: [Bags] = [],
    vectorRows: [Int32] = []
  ) {
    self.codes = codes
    self.places = places
    self.createdHours = createdHours
    self.bags = bags
    self.vectorRows = vectorRows
  }

  /// Those of some items, in their order.
  func rows(_ items: some Collection<Int>) -> ItemFeatures {
    ItemFeatures(
      codes: codes.map { codes in items.map { codes[$0] } },
      places: places.map { places in items.map { places[$0] } },
      createdHours: createdHours.isEmpty ? [] : items.map { createdHours[$0] },
      bags: bags.map { $0.rows(items) },
      vectorRows: vectorRows.isEmpty ? [] : items.map { vectorRows[$0] }
    )
  }

  /// Checks that there are the columns that the model takes, each with one value for each of `count` items.
  /// - Throws: `ModelError.input`.
  func validate(count: Int, for shape: TwoTowerShape) throws {
    try FeatureColumns(what: "item", shape.itemCategories, shape.itemNumbers, shape.itemBags)
      .validate(codes, places, bags, count: count)
    guard shape.itemAge == nil || createdHours.count == count else {
      throw ModelError.input(
        "expected \(count) times at which items were made, got \(createdHours.count)"
      )
    }
    guard let vectors = shape.itemVectors else { return }
    guard vectorRows.count == count else {
      throw ModelError.input("expected \(count) rows of pretrained vectors, got \(vectorRows.count)")
    }
    try validateIDs(vectorRows, below: vectors.rows, "pretrained vector")
  }
}
