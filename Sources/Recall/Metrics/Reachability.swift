import Clicks

/// How many of the held-out items a model could have found at all, and how many it could not, and why.
package struct Reachability: Sendable, Equatable {
  /// Distinct held-out items of all users.
  package let targets: Int
  /// Those that are not in the index.
  package private(set) var outside = 0
  /// Those in the index that the user had clicked before, and that lists leave out.
  package private(set) var seen = 0
  /// The others whose vector is none of their own: zeros, or what all items without a code share.
  package private(set) var withoutVector = 0
  /// Those that were never clicked in the history and have a vector all the same: nothing was learned of them
  /// directly.
  package private(set) var neverClicked = 0
  /// The share of users with an item that can be found: no list of this model has a higher hit rate.
  package let ceiling: Double

  /// Looks at every target of `heldOut`.
  /// - Parameters:
  ///   - seen: what each user clicked before the request.
  ///   - clicks: how often items were clicked in the history.
  package init(
    _ targets: HeldOutTargets,
    of heldOut: UserSequences,
    seen history: UserSequences,
    index: SearchIndex,
    catalogue: Catalogue,
    clicks: ItemClicks
  ) {
    self.targets = targets.count
    let vectors = OwnVectors(index, catalogue)
    let places = heldOut.users.map { history.place(of: $0) }
    var isReached = [Bool](repeating: false, count: targets.userCount)
    for (user, item) in zip(targets.users, targets.items) {
      if !vectors.contains(item) {
        outside += 1
      } else if let place = places[user], history.items[history.range(place)].contains(item) {
        seen += 1
      } else if !vectors.hasOwn(item) {
        withoutVector += 1
      } else {
        isReached[user] = true
        if clicks.count(of: item) == 0 { neverClicked += 1 }
      }
    }
    let reached = isReached.count { $0 }
    ceiling = isReached.isEmpty ? 0 : Double(reached) / Double(isReached.count)
  }
}

/// Which items of an index have a vector that tells them from others.
private struct OwnVectors {
  private let index: SearchIndex
  private let catalogue: Catalogue
  private let ids: Vocabulary
  /// `[ids.size]`: where an item's vector stands.
  private var rowOfCode: [Int]
  /// The rows of the first two items without a code.
  private var uncodedRows: [Int] = []

  init(_ index: SearchIndex, _ catalogue: Catalogue) {
    self.index = index
    self.catalogue = catalogue
    ids = Vocabulary(keysOf: index.ids)
    rowOfCode = [Int](repeating: -1, count: ids.size)
    for (row, id) in index.ids.enumerated() {
      rowOfCode[Int(ids.code(of: id))] = row
      if uncodedRows.count < 2, !catalogue.itemVocabulary.contains(id) { uncodedRows.append(row) }
    }
  }

  func contains(_ item: Int64) -> Bool { ids.contains(item) }

  func hasOwn(_ item: Int64) -> Bool {
    let row = rowOfCode[Int(ids.code(of: item))]
    let vector = index.vectors.row(row)
    guard vector.contains(where: { $0 != 0 }) else { return false }
    guard !catalogue.itemVocabulary.contains(item), let other = uncodedRows.first(where: { $0 != row })
    else { return true }
    return !vector.elementsEqual(index.vectors.row(other))
  }
}
