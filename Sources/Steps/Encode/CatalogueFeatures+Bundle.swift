import Clicks
import Files
import Notebook
import Numerics
import Report

extension CatalogueFeatures {
  /// Takes features of items, or of what else `prefix` names, out of a bundle; none where it holds none.
  init(bundle: Bundle, prefix: String = "item") throws {
    self.init()
    guard bundle.has("\(prefix).categories") else { return }
    for (index, name) in try bundle.texts("\(prefix).categories").enumerated() {
      categories.append(
        ContextColumn(
          name: name,
          vocabulary: Vocabulary(sortedKeys: try bundle.int64("\(prefix).category.\(index).keys")),
          names: try bundle.texts("\(prefix).category.\(index).names")
        )
      )
      values.codes.append(try bundle.int32("\(prefix).category.\(index).codes"))
    }
    for (index, name) in try bundle.texts("\(prefix).numbers").enumerated() {
      let edges = try bundle.float64("\(prefix).number.\(index).edges")
      guard !edges.isEmpty else { throw BundleError.damaged("the \(prefix) column '\(name)' has no buckets") }
      numbers.append(NumberColumn(name: name, edges: edges))
      values.places.append(try bundle.float32("\(prefix).number.\(index).places"))
    }
    try readLists(bundle, prefix)
    guard prefix == "item" else { return }
    guard let name = try bundle.texts("item.age").first else { return }
    let line = try bundle.float64("item.age.buckets")
    guard line.count == 2, let count = Int(exactly: line[0]) else {
      throw BundleError.damaged("the ages of its items are odd")
    }
    age = AgeColumn(name: name, buckets: AgeBuckets(count: count, longestHours: line[1]))
    values.createdHours = try bundle.float64("item.age.created")
  }

  /// Puts the features into a bundle, where there are any, under names that begin with `prefix`.
  func add(to bundle: inout Bundle, prefix: String = "item") {
    guard !isEmpty else { return }
    bundle.add("\(prefix).categories", texts: categories.map(\.name))
    for (index, column) in categories.enumerated() {
      bundle.add("\(prefix).category.\(index).keys", column.vocabulary.keys)
      bundle.add("\(prefix).category.\(index).names", texts: column.names ?? [])
      bundle.add("\(prefix).category.\(index).codes", values.codes[index])
    }
    bundle.add("\(prefix).numbers", texts: numbers.map(\.name))
    for (index, column) in numbers.enumerated() {
      bundle.add("\(prefix).number.\(index).edges", column.edges)
      bundle.add("\(prefix).number.\(index).places", values.places[index])
    }
    addLists(to: &bundle, prefix)
    guard prefix == "item" else { return }
    bundle.add("item.age", texts: age.map { [$0.name] } ?? [])
    guard let age else { return }
    bundle.add("item.age.buckets", [Double(age.buckets.count), age.buckets.longestHours])
    bundle.add("item.age.created", values.createdHours)
  }

  /// Whether there is one value of each for `count` items.
  func fits(_ count: Int) -> Bool {
    values.codes.allSatisfy { $0.count == count } && values.places.allSatisfy { $0.count == count }
      && (age == nil || values.createdHours.count == count)
      && zip(values.multi, multi).allSatisfy { $0.fits(count, below: $1.size) }
      && zip(values.texts, texts).allSatisfy { $0.fits(count, below: $1.size) }
      && (vectors.map { vectors in
        values.vectorRows.count == count
          && values.vectorRows.allSatisfy { $0 >= 0 && Int($0) < vectors.rows }
      } ?? true)
  }
}
