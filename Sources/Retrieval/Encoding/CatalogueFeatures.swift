import Numerics

/// The features of items besides their category: how values become what a model takes, and the values of all items.
package struct CatalogueFeatures: Sendable, Equatable {
  /// Categorical columns.
  package var categories: [ContextColumn]
  /// Numeric columns.
  package var numbers: [NumberColumn]
  /// The column of the time at which items were made, or nil where nobody asked for their age.
  package var age: AgeColumn?
  /// The values, one for each item in the order of the catalogue.
  package var values: ItemFeatures

  /// A time of items, and the ages that a model tells apart.
  package struct AgeColumn: Sendable, Equatable {
    /// The column's name.
    package var name: String
    /// The ages.
    package var buckets: AgeBuckets

    /// Puts a column together.
    package init(name: String, buckets: AgeBuckets) {
      self.name = name
      self.buckets = buckets
    }
  }

  /// Puts features together; none by default.
  package init(
    categories: [ContextColumn] = [],
    numbers: [NumberColumn] = [],
    age: AgeColumn? = nil,
    values: ItemFeatures = ItemFeatures()
  ) {
    self.categories = categories
    self.numbers = numbers
    self.age = age
    self.values = values
  }

  /// Encodes columns of `table`; vocabularies and edges are those of the items in `clicked`, the clicks to learn
  /// from.
  /// - Throws: `DataError` where the table does not have a column, or has no number in it for any such item.
  package init(
    _ options: CatalogueFeatureOptions,
    of table: ItemTable,
    clicked: [Int64],
    _ clock: RequestClock
  )
    throws
  {
    self.init()
    let seen = Vocabulary(keysOf: clicked)
    let learned = table.items.indices.filter { seen.contains(table.items[$0]) }
    for name in options.categories {
      let (keys, names) = try table.kept(name)
      let vocabulary = Vocabulary(keysOf: learned.map { keys[$0] })
      categories.append(ContextColumn(name: name, vocabulary: vocabulary, names: names))
      values.codes.append(vocabulary.codes(of: keys))
    }
    for name in options.numbers {
      let reals = try table.numbers(name)
      let column = try NumberColumn(name, learnedFrom: learned.map { reals[$0] }, buckets: options.buckets)
      numbers.append(column)
      values.places.append(reals.map(column.place))
    }
    guard let wanted = options.age else { return }
    age = AgeColumn(name: wanted.column, buckets: wanted.buckets)
    values.createdHours = try table.numbers(wanted.column).map { clock.hours($0, in: wanted.unit) }
  }

  /// Whether there are none.
  package var isEmpty: Bool { categories.isEmpty && numbers.isEmpty && age == nil }

  /// Those that a model of `shape` takes; some of them may be switched off in it.
  func taken(by shape: TwoTowerShape) -> CatalogueFeatures {
    var taken = self
    if shape.itemCategories.isEmpty { (taken.categories, taken.values.codes) = ([], []) }
    if shape.itemNumbers.isEmpty { (taken.numbers, taken.values.places) = ([], []) }
    if shape.itemAge == nil { (taken.age, taken.values.createdHours) = (nil, []) }
    return taken
  }
}

/// Which columns of the item table are features, and how they are encoded.
package struct CatalogueFeatureOptions: Sendable, Hashable {
  /// Kept columns that are categories.
  package var categories: [String] = []
  /// Columns of numbers.
  package var numbers: [String] = []
  /// The most buckets of a column of numbers, 2 or more.
  package var buckets = 16
  /// The column from which ages are taken, if any.
  package var age: Age?

  /// A column of times from which ages are taken.
  package struct Age: Sendable, Hashable {
    /// The column, one of numbers.
    package var column: String
    /// What its times count; nil for what the click log's do.
    package var unit: TimeUnit?
    /// How many ages are told apart, 2 or more.
    package var bucketCount = 24
    /// The longest age, in hours, above 0.
    package var longestHours = 8_760.0

    /// Takes ages from `column`, whose times count what the click log's do.
    package init(column: String) { self.column = column }

    var buckets: AgeBuckets { AgeBuckets(count: bucketCount, longestHours: longestHours) }
  }

  /// No features.
  package init() {}
}

extension RequestClock {
  /// Hours from the first click to `time` since 1970, which counts `unit`; nil for what the clock's own times count.
  func hours(_ time: Double, in unit: TimeUnit?) -> Double {
    let own = 3600 * Double(ticksPerSecond)
    return time / (unit.map { 3600 * Double($0.ticksPerSecond) } ?? own) - Double(origin) / own
  }
}
