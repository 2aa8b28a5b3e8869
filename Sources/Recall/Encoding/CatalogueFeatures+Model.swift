import Clicks
import Tables
import Numerics

extension CatalogueFeatures {
  /// Those that a model of `shape` takes; some of them may be switched off in it.
  package func taken(by shape: TwoTowerShape) -> CatalogueFeatures {
    var taken = self
    if shape.itemCategories.isEmpty { (taken.categories, taken.values.codes) = ([], []) }
    if shape.itemNumbers.isEmpty { (taken.numbers, taken.values.places) = ([], []) }
    if shape.itemAge == nil { (taken.age, taken.values.createdHours) = (nil, []) }
    let bags = Set(shape.itemBags.map(\.name))
    if !multi.allSatisfy({ bags.contains($0.bag.name) }) { (taken.multi, taken.values.multi) = ([], []) }
    if !texts.allSatisfy({ bags.contains($0.bag.name) }) { (taken.texts, taken.values.texts) = ([], []) }
    if shape.itemVectors == nil { (taken.vectors, taken.values.vectorRows) = (nil, []) }
    return taken
  }

  /// The columns as features of items in `shape`.
  package func describe(itemsIn shape: inout TwoTowerShape) {
    shape.itemCategories = contexts
    shape.itemNumbers = lines
    shape.itemAge = age?.buckets
    shape.itemBags = multi.map(\.bag) + texts.map(\.bag)
    shape.itemVectors = vectors.map {
      TwoTowerShape.Vectors(rows: $0.rows, width: $0.width, isLearned: $0.form == .initial)
    }
  }

  /// The columns as features of users in `shape`.
  package func describe(usersIn shape: inout TwoTowerShape) {
    shape.userCategories = contexts
    shape.userNumbers = lines
    shape.userBags = multi.map(\.bag)
  }

  private var contexts: [TwoTowerShape.Context] {
    categories.map { TwoTowerShape.Context(name: $0.name, vocabulary: $0.vocabulary.size) }
  }

  private var lines: [TwoTowerShape.Number] {
    numbers.map { TwoTowerShape.Number(name: $0.name, buckets: $0.edges.count) }
  }
}

extension MultiColumn {
  /// The column as a model has it.
  package var bag: TwoTowerShape.Bag { TwoTowerShape.Bag(name: "multi_\(name)", vocabulary: size) }
}

extension TextColumn {
  /// The column as a model has it.
  package var bag: TwoTowerShape.Bag { TwoTowerShape.Bag(name: "text_\(name)", vocabulary: size) }
}

extension CatalogueFeatures.AgeColumn {
  /// Takes the ages that a model tells apart.
  package init(name: String, buckets: AgeBuckets) {
    self.init(name: name, bucketCount: buckets.count, longestHours: buckets.longestHours)
  }

  /// The ages as a model tells them apart.
  package var buckets: AgeBuckets { AgeBuckets(count: bucketCount, longestHours: longestHours) }
}

extension ItemFeatures {
  /// Takes columns as they were encoded.
  package init(_ columns: ItemColumnValues) {
    self.init(
      codes: columns.codes,
      places: columns.places,
      createdHours: columns.createdHours,
      bags: (columns.multi + columns.texts).map(Bags.init),
      vectorRows: columns.vectorRows
    )
  }
}

extension UserFeatures {
  /// Takes columns as they were encoded.
  package init(_ columns: ItemColumnValues) {
    self.init(codes: columns.codes, places: columns.places, bags: columns.multi.map(Bags.init))
  }
}

extension Bags {
  /// Takes lists as they were encoded.
  package init(_ lists: WeightedLists) {
    self.init(offsets: lists.offsets, codes: lists.codes, weights: lists.weights)
  }
}
