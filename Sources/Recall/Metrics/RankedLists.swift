/// Ranked items for many users, best first, as rows of equal width.
package struct RankedLists: Sendable, Equatable {
  /// How many items a row has room for.
  package var width: Int
  /// The item keys, `[lists, width]`; behind a row's count they mean nothing.
  package var items: [Int64]
  /// The scores, `[lists, width]`, or empty where there are none.
  package var scores: [Float]
  /// How many items each row holds, 0 to `width`, `[lists]`.
  package var counts: [Int32]

  /// Makes lists from their parts.
  package init(width: Int, items: [Int64], scores: [Float] = [], counts: [Int32]) {
    precondition(items.count == width * counts.count && (scores.isEmpty || scores.count == items.count))
    self.width = width
    self.items = items
    self.scores = scores
    self.counts = counts
  }

  /// Makes full lists: every row holds `width` items.
  package init(width: Int, items: [Int64], scores: [Float] = []) {
    let lists = width == 0 ? 0 : items.count / width
    self.init(
      width: width,
      items: items,
      scores: scores,
      counts: [Int32](repeating: Int32(width), count: lists)
    )
  }

  /// The number of lists.
  package var count: Int { counts.count }

  /// The items of one list, best first.
  package subscript(list: Int) -> ArraySlice<Int64> {
    items[list * width..<list * width + Int(counts[list])]
  }
}
