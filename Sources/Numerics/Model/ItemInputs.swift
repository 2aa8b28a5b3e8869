/// What the item tower is asked for: items, their categories and, where the model takes them, their features.
package struct ItemInputs: Sendable, Equatable {
  /// Item numbers, `[rows]`.
  package var items: [Int32]
  /// Category numbers, `[rows]`.
  package var categories: [Int32]
  /// Further features, one value a row.
  package var features: ItemFeatures
  /// The moment at which ages are taken, in hours since the first training click.
  package var atHours: Double

  /// Puts inputs together.
  package init(
    items: [Int32],
    categories: [Int32],
    features: ItemFeatures = ItemFeatures(),
    atHours: Double = 0
  ) {
    self.items = items
    self.categories = categories
    self.features = features
    self.atHours = atHours
  }

  /// Those of the first `count` items, or of all where there are no more.
  package func prefix(_ count: Int) -> ItemInputs {
    guard count < items.count else { return self }
    return ItemInputs(
      items: Array(items.prefix(count)),
      categories: Array(categories.prefix(count)),
      features: features.rows(0..<count),
      atHours: atHours
    )
  }

  /// Checks that there is one of each for every item, within the model's vocabularies.
  /// - Throws: `ModelError.input`.
  func validate(for shape: TwoTowerShape) throws {
    guard items.count == categories.count else {
      throw ModelError.input(
        "expected one category an item, got \(items.count) items, \(categories.count) categories"
      )
    }
    try validateIDs(items, below: shape.itemVocabulary, "item")
    try validateIDs(categories, below: shape.categoryVocabulary, "category")
    try features.validate(count: items.count, for: shape)
  }

  /// The places of all numeric columns and, behind them, of the ages, column after column, as towers read them.
  func places(for shape: TwoTowerShape) -> [Float] {
    features.places.flatMap { $0 }
      + (shape.itemAge.map { age in features.createdHours.map { age.place(atHours - $0) } } ?? [])
  }
}
