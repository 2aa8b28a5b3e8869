/// The items that were shown with each sample's target and not clicked.
package struct ImpressionLists: Sendable, Equatable {
  /// `offsets[s]..<offsets[s + 1]` is the range of sample `s` in `items`, `[samples + 1]`.
  package var offsets: [Int]
  /// Item numbers, distinct within a sample, `[shown]`.
  package var items: [Int32]

  /// Puts lists together.
  package init(offsets: [Int], items: [Int32]) {
    self.offsets = offsets
    self.items = items
  }

  /// The items of sample `sample`.
  func items(of sample: Int) -> ArraySlice<Int32> { items[offsets[sample]..<offsets[sample + 1]] }

  /// Checks that there is a list for each of `samples` samples, of items that the model has.
  /// - Throws: `ModelError.input`.
  func validate(samples: Int, for shape: TwoTowerShape) throws {
    guard offsets.count == samples + 1, offsets.first == 0, offsets.last == items.count,
      zip(offsets, offsets.dropFirst()).allSatisfy(<=)
    else { throw ModelError.input("expected one list of shown items for each of \(samples) samples") }
    try validateIDs(items, below: shape.itemVocabulary, "shown item")
  }
}
