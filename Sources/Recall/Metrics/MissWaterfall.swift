/// What became of every held-out item: found, or lost by the first of the reasons that applies.
package struct MissWaterfall: Sendable, Equatable {
  /// What became of an item; each has one fate, and the reasons stand in the order in which they are asked for.
  package enum Fate: CaseIterable, Sendable {
    /// It is among the first `k`.
    case found
    /// The filters or the k-core of the split left no click of it, and with these it left the catalogue.
    case filtered
    /// The catalogue does not have it.
    case unknown
    /// Conditions, lists of ids or its times keep it from being a candidate of the request.
    case notCandidate
    /// The user had clicked it before, and lists leave it out.
    case seen
    /// An exact search has it among the first `k`, and the approximate index would not have, looked it into everything: its
    /// vectors are stored with fewer bits.
    case lostByQuantisation
    /// An exact search has it among the first `k`, and so would the approximate index, looked it into everything.
    case lostBySearch
    /// It was never clicked in the history, so that nothing was learned of it.
    case untrained
    /// An exact search ranks it lower, too.
    case beyond
  }

  /// The fate of each target, `[targets]`.
  package let fates: [Fate]

  /// Looks at every target.
  /// - Parameters:
  ///   - isFound: whether it is among the first `k` of the lists that are looked at, `[targets]`.
  ///   - obstacles: what stands between it and being found, `[targets]`.
  ///   - isFoundExactly: whether it is among the first `k` of an exact search, `[targets]`; asked for by the places of
  ///     targets that are missed and have none of the obstacles `outside`, `notCandidate` and `seen`. Nil where the search is exact.
  ///   - isFoundLookingEverywhere: likewise of the index where it looks into all it holds; asked for by the places of
  ///     targets that an exact search finds. Nil where it stores vectors as they are.
  ///   - removed: whether filters and the k-core left no click of an item.
  /// - Throws: what `isFoundExactly` and `isFoundLookingEverywhere` throw.
  package init(
    _ targets: HeldOutTargets,
    isFound: [Bool],
    obstacles: [Reachability.Obstacle],
    isFoundExactly: (([Int]) throws -> [Bool])?,
    isFoundLookingEverywhere: (([Int]) throws -> [Bool])? = nil,
    removed: (Int64) -> Bool
  ) throws {
    precondition(isFound.count == targets.count && obstacles.count == targets.count, "one value a target")
    var fates = targets.items.indices.map { target -> Fate in
      if isFound[target] { return .found }
      switch obstacles[target] {
      case .outside: return removed(targets.items[target]) ? .filtered : .unknown
      case .notCandidate: return .notCandidate
      case .seen: return .seen
      case .withoutVector, .neverClicked: return .untrained
      case .none: return .beyond
      }
    }
    if let isFoundExactly {
      let open = fates.indices.filter { fates[$0] == .untrained || fates[$0] == .beyond }
      let lost = zip(open, try isFoundExactly(open)).filter(\.1).map(\.0)
      let isThere = try isFoundLookingEverywhere?(lost) ?? lost.map { _ in true }
      for (target, isThere) in zip(lost, isThere) {
        fates[target] = isThere ? .lostBySearch : .lostByQuantisation
      }
    }
    self.fates = fates
  }

  /// How many have a fate.
  package func count(_ fate: Fate) -> Int { fates.count { $0 == fate } }
}
