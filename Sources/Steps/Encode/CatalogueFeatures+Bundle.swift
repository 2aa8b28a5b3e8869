import Clicks
import Files
import Notebook
import Numerics
import Report

extension CatalogueFeatures {
  /// Takes features out of a bundle; none where it holds none.
  init(bundle: Bundle) throws {
    self.init()
    guard bundle.has("item.categories") else { return }
    for (index, name) in try bundle.texts("item.categories").enumerated() {
      categories.append(
        ContextColumn(
          name: name,
          vocabulary: Vocabulary(sortedKeys: try bundle.int64("item.category.\(index).keys")),
          names: try bundle.texts("item.category.\(index).names")
        )
      )
      values.codes.append(try bundle.int32("item.category.\(index).codes"))
    }
    for (index, name) in try bundle.texts("item.numbers").enumerated() {
      let edges = try bundle.float64("item.number.\(index).edges")
      guard !edges.isEmpty else { throw BundleError.damaged("the item column '\(name)' has no buckets") }
      numbers.append(NumberColumn(name: name, edges: edges))
      values.places.append(try bundle.float32("item.number.\(index).places"))
    }
    guard let name = try bundle.texts("item.age").first else { return }
    let line = try bundle.float64("item.age.buckets")
    guard line.count == 2, let count = Int(exactly: line[0]) else {
      throw BundleError.damaged("the ages of its items are odd")
    }
    age = AgeColumn(name: name, buckets: AgeBuckets(count: count, longestHours: line[1]))
    values.createdHours = try bundle.float64("item.age.created")
  }

  /// Puts the features into a bundle, where there are any.
  func add(to bundle: inout Bundle) {
    guard !isEmpty else { return }
    bundle.add("item.categories", texts: categories.map(\.name))
    for (index, column) in categories.enumerated() {
      bundle.add("item.category.\(index).keys", column.vocabulary.keys)
      bundle.add("item.category.\(index).names", texts: column.names ?? [])
      bundle.add("item.category.\(index).codes", values.codes[index])
    }
    bundle.add("item.numbers", texts: numbers.map(\.name))
    for (index, column) in numbers.enumerated() {
      bundle.add("item.number.\(index).edges", column.edges)
      bundle.add("item.number.\(index).places", values.places[index])
    }
    bundle.add("item.age", texts: age.map { [$0.name] } ?? [])
    guard let age else { return }
    bundle.add("item.age.buckets", [Double(age.buckets.count), age.buckets.longestHours])
    bundle.add("item.age.created", values.createdHours)
  }

  /// Whether there is one value of each for `count` items.
  func fits(_ count: Int) -> Bool {
    values.codes.allSatisfy { $0.count == count } && values.places.allSatisfy { $0.count == count }
      && (age == nil || values.createdHours.count == count)
  }
}
