import Tables

/// The features of items besides their category, or those of users: how values become what a model takes, and the values
/// of all items, or of all users by their codes.
package struct CatalogueFeatures: Sendable, Equatable {
  /// Categorical columns.
  package var categories: [ContextColumn]
  /// Numeric columns.
  package var numbers: [NumberColumn]
  /// The column of the time at which items were made, or nil where nobody asked for their age.
  package var age: AgeColumn?
  /// Multi-valued columns.
  package var multi: [MultiColumn]
  /// Columns of text.
  package var texts: [TextColumn]
  /// The pretrained vectors, or nil where nobody asked for them.
  package var vectors: VectorColumn?
  /// The values, one for each item in the order of the catalogue.
  package var values: ItemColumnValues

  /// A time of items, and the ages that a model tells apart.
  package struct AgeColumn: Sendable, Equatable {
    /// The column's name.
    package var name: String
    /// How many ages are told apart, 2 or more.
    package var bucketCount: Int
    /// The longest of them, in hours, above 0.
    package var longestHours: Double

    /// Puts a column together.
    package init(name: String, bucketCount: Int, longestHours: Double) {
      self.name = name
      self.bucketCount = bucketCount
      self.longestHours = longestHours
    }
  }

  /// Puts features together; none by default.
  package init(
    categories: [ContextColumn] = [],
    numbers: [NumberColumn] = [],
    age: AgeColumn? = nil,
    multi: [MultiColumn] = [],
    texts: [TextColumn] = [],
    vectors: VectorColumn? = nil,
    values: ItemColumnValues = ItemColumnValues()
  ) {
    self.categories = categories
    self.numbers = numbers
    self.age = age
    self.multi = multi
    self.texts = texts
    self.vectors = vectors
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
    try self.init(columns: options, of: table, clicked: clicked)
    for name in options.texts {
      let (codes, names) = try table.texts(name)
      let column = TextColumn(name: name, buckets: options.textBuckets)
      texts.append(column)
      values.texts.append(column.encode(codes: codes, names: names))
    }
    if let form = options.vectors { (vectors, values.vectorRows) = try VectorColumn.encode(table, form) }
    guard let wanted = options.age else { return }
    age = AgeColumn(name: wanted.column, bucketCount: wanted.bucketCount, longestHours: wanted.longestHours)
    let times = try table.times(wanted.column)
    values.createdHours = times.values.map { clock.hours($0, in: times.unit ?? wanted.unit) }
  }

  /// Encodes categorical, numeric and multi-valued columns of `table`, likewise.
  package init(columns options: CatalogueFeatureOptions, of table: some FeatureTable, clicked: [Int64]) throws
  {
    self.init()
    let seen = Vocabulary(keysOf: clicked)
    let learned = table.keys.indices.filter { seen.contains(table.keys[$0]) }
    for name in options.multi {
      let (column, lists) = MultiColumn.encode(
        name,
        try table.lists(name),
        learned: learned,
        options.combine
      )
      multi.append(column)
      values.multi.append(lists)
    }
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
  }

  /// The same columns with the values of chosen rows of a table, as their own were encoded: what they did not learn of is
  /// unknown. Texts, ages and vectors, which users have none of, are left behind.
  /// - Throws: `DataError` where the table does not have a column.
  package func encoded(_ rows: [Int], of table: some FeatureTable) throws -> CatalogueFeatures {
    var other = CatalogueFeatures(categories: categories, numbers: numbers, multi: multi)
    for column in categories {
      let keys = try table.kept(column.name).keys
      other.values.codes.append(column.vocabulary.codes(of: rows.map { keys[$0] }))
    }
    for column in numbers {
      let reals = try table.numbers(column.name)
      other.values.places.append(rows.map { column.place(reals[$0]) })
    }
    for (column, own) in zip(multi, values.multi) {
      let lists = try table.lists(column.name)
      let places = SortedNames(column.values)
      let codes = lists.names.map { places.place(of: $0).map { Int32($0 + 1) } ?? 0 }
      var encoded = WeightedLists()
      for row in rows {
        let known = lists.codes[lists.offsets[row]..<lists.offsets[row + 1]]
          .map { codes[Int($0)] }.filter { $0 > 0 }
        let weight: Float = own.areSums ? 1 : 1 / Float(max(1, known.count))
        encoded.append(known.lazy.map { (code: $0, weight: weight) })
      }
      other.values.multi.append(encoded)
    }
    return other
  }

  /// Whether there are none.
  package var isEmpty: Bool {
    categories.isEmpty && numbers.isEmpty && age == nil && multi.isEmpty && texts.isEmpty && vectors == nil
  }

  /// The same columns with the values of chosen rows; where the place of one is nil, code 0, no number and empty lists.
  /// Ages and vectors, which users have none of, are left behind.
  package func rows(_ places: [Int?]) -> CatalogueFeatures {
    var chosen = self
    chosen.values = ItemColumnValues(
      codes: values.codes.map { codes in places.map { $0.map { codes[$0] } ?? 0 } },
      places: values.places.map { column in places.map { $0.map { column[$0] } ?? 0 } }
    )
    chosen.values.multi = values.multi.map { $0.rows(places) }
    chosen.values.texts = values.texts.map { $0.rows(places) }
    (chosen.age, chosen.vectors) = (nil, nil)
    return chosen
  }

  /// These, and behind them those of `others`, which are encoded by the same columns; without ages and pretrained vectors. Where
  /// there are no others, these.
  package func adding(_ others: CatalogueFeatures) -> CatalogueFeatures {
    guard !others.isEmpty else { return self }
    var all = self
    all.values = ItemColumnValues(
      codes: zip(values.codes, others.values.codes).map(+),
      places: zip(values.places, others.values.places).map(+)
    )
    all.values.multi = zip(values.multi, others.values.multi).map { $0.adding($1) }
    all.values.texts = zip(values.texts, others.values.texts).map { $0.adding($1) }
    (all.age, all.vectors) = (nil, nil)
    return all
  }
}

/// The features of items besides embedding and category, as columns with one value an item.
package struct ItemColumnValues: Sendable, Equatable {
  /// The codes of each categorical column, `[columns][items]`; 0 is unknown.
  package var codes: [[Int32]]
  /// Where the values of each numeric column lie among its buckets, `[columns][items]`: from 1 to the number of buckets,
  /// between two of them by distance; 0 where there is no value.
  package var places: [[Float]]
  /// When each item was made, in hours since the first training click, `[items]`; NaN where nobody knows, empty where
  /// nobody asked.
  package var createdHours: [Double]
  /// The codes of each multi-valued column, `[columns]`.
  package var multi: [WeightedLists] = []
  /// The buckets of each column of text, `[columns]`.
  package var texts: [WeightedLists] = []
  /// The row of each item in the table of pretrained vectors, `[items]`; 0 where it has none, empty where nobody asked.
  package var vectorRows: [Int32] = []

  /// Puts columns together; none by default.
  package init(codes: [[Int32]] = [], places: [[Float]] = [], createdHours: [Double] = []) {
    self.codes = codes
    self.places = places
    self.createdHours = createdHours
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
  /// Multi-valued columns.
  package var multi: [String] = []
  /// What becomes of the values of a multi-valued column.
  package var combine = MultiColumn.Combine.mean
  /// Columns of text.
  package var texts: [String] = []
  /// The buckets of each of them, 1 or more.
  package var textBuckets = 65_536
  /// What becomes of the pretrained vectors; nil where they are no feature.
  package var vectors: VectorColumn.Form?
  /// The column from which ages are taken, if any.
  package var age: Age?

  /// A column of times from which ages are taken.
  package struct Age: Sendable, Hashable {
    /// The column, one of numbers.
    package var column: String
    /// What its times count where they are no dates; nil for what the click log's do.
    package var unit: TimeUnit?
    /// How many ages are told apart, 2 or more.
    package var bucketCount = 24
    /// The longest age, in hours, above 0.
    package var longestHours = 8_760.0

    /// Takes ages from `column`, whose times count what the click log's do.
    package init(column: String) { self.column = column }
  }

  /// No features.
  package init() {}
}

extension RequestClock {
  /// Hours from the first click to `time` since 1970, which counts `unit`; nil for what the clock's own times count.
  package func hours(_ time: Double, in unit: TimeUnit?) -> Double {
    let own = 3600 * Double(ticksPerSecond)
    return time / (unit.map { 3600 * Double($0.ticksPerSecond) } ?? own) - Double(origin) / own
  }
}
