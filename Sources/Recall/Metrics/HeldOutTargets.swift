import Clicks

/// What there is to be found: the distinct held-out items of every user.
package struct HeldOutTargets: Sendable, Equatable {
  /// The place of the user that a target belongs to, ascending, `[targets]`.
  package private(set) var users: [Int] = []
  /// The item, `[targets]`; a user's items in the order of their first clicks.
  package private(set) var items: [Int64] = []
  /// The number of users.
  package let userCount: Int

  /// Collects the targets of `heldOut`.
  package init(_ heldOut: UserSequences) {
    userCount = heldOut.users.count
    for user in heldOut.users.indices {
      let clicked = heldOut.items[heldOut.range(user)]
      var known = Set<Int64>()
      for item in clicked where clicked.count == 1 || known.insert(item).inserted {
        users.append(user)
        items.append(item)
      }
    }
  }

  /// The number of targets.
  package var count: Int { items.count }
  /// Whether every user has one target, so that a user is found or is not.
  package var isOnePerUser: Bool { count == userCount }

  /// 1 for each target that is among the first `k` of its user's list, else 0, `[targets]`.
  package func found(in lists: RankedLists, k: Int) -> [Double] {
    zip(users, items).map { lists[$0].prefix(k).contains($1) ? 1 : 0 }
  }
}
