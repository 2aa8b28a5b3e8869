import Clicks

/// How many of the held-out items a model could have found at all, and how many it could not, and why.
package struct Reachability: Sendable, Equatable {
  /// What stands between a target and being found.
  package enum Obstacle: Sendable, Equatable {
    /// Nothing but its rank.
    case none
    /// It is not in the index.
    case outside
    /// Conditions, lists of ids or its times keep it from being a candidate of the request.
    case notCandidate
    /// The user had clicked it before, and lists leave it out.
    case seen
    /// Its vector is none of its own.
    case withoutVector
    /// It was never clicked in the history.
    case neverClicked
  }

  /// Distinct held-out items of all users.
  package let targets: Int
  /// The first obstacle of each, in the order above, `[targets]`.
  package private(set) var obstacles: [Obstacle] = []
  /// Those that are not in the index.
  package var outside: Int { count(.outside) }
  /// Those in the index that are no candidates of their request.
  package var notCandidates: Int { count(.notCandidate) }
  /// The others that the user had clicked before, and that lists leave out.
  package var seen: Int { count(.seen) }
  /// The others whose vector is none of their own: zeros, or what all items without a code share.
  package var withoutVector: Int { count(.withoutVector) }
  /// Those that were never clicked in the history and have a vector all the same: nothing was learned of them
  /// directly.
  package var neverClicked: Int { count(.neverClicked) }
  /// The share of users with an item that can be found: no list of this model has a higher hit rate.
  package let ceiling: Double

  /// Looks at every target of `heldOut`.
  /// - Parameters:
  ///   - seen: what each user clicked before the request, and lists leave out; nil where they leave nothing out.
  ///   - isCandidate: whether the user at a place of `heldOut` may be given an item of the index.
  ///   - clicks: how often items were clicked in the history.
  package init(
    _ targets: HeldOutTargets,
    of heldOut: UserSequences,
    seen history: UserSequences?,
    isCandidate: (Int, Int64) -> Bool = { _, _ in true },
    index: SearchIndex,
    catalogue: Catalogue,
    clicks: ItemClicks
  ) {
    self.targets = targets.count
    let vectors = OwnVectors(index, catalogue)
    let places = heldOut.users.map { history?.place(of: $0) }
    var isReached = [Bool](repeating: false, count: targets.userCount)
    for (user, item) in zip(targets.users, targets.items) {
      if !vectors.contains(item) {
        obstacles.append(.outside)
      } else if !isCandidate(user, item) {
        obstacles.append(.notCandidate)
      } else if let history, let place = places[user], history.items[history.range(place)].contains(item) {
        obstacles.append(.seen)
      } else if !vectors.hasOwn(item) {
        obstacles.append(.withoutVector)
      } else {
        isReached[user] = true
        obstacles.append(clicks.count(of: item) == 0 ? .neverClicked : .none)
      }
    }
    let reached = isReached.count { $0 }
    ceiling = isReached.isEmpty ? 0 : Double(reached) / Double(isReached.count)
  }

  private func count(_ obstacle: Obstacle) -> Int { obstacles.count { $0 == obstacle } }
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
