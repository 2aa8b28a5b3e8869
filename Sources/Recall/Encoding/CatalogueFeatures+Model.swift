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
    return taken
  }
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
    self.init(codes: columns.codes, places: columns.places, createdHours: columns.createdHours)
  }
}
