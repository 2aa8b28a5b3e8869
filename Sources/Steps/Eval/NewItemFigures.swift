import Clicks
import Notebook
import Recall

/// What is found of held-out items that nobody clicked in the history: among all candidates, and among candidates of the same
/// kind alone.
struct NewItemFigures {
  /// One list of recommendations.
  struct Row {
    /// Its name.
    let name: String
    /// Its measures on new held-out items.
    let all: RankingScores
    /// The same of a list that holds new items alone.
    let amongNew: RankingScores
  }

  /// The users with a new held-out item, and how many such items they have together.
  let users: Int
  let targets: Int
  /// How many items these are.
  let distinct: Int
  /// How many items of the index nobody clicked in the history.
  let catalogue: Int
  /// The model, then what is measured beside it; none where no held-out item is new.
  let rows: [Row]

  /// Measures `lists`, the model's and those beside it, and ranks new items alone.
  /// - Parameters:
  ///   - places: of all users with held-out clicks.
  init(
    _ lists: [(name: String, lists: RankedLists)],
    _ evaluation: Evaluation,
    places: [Int],
    _ pass: RankingPass,
    _ rankers: BaselineRankers,
    _ comparisons: ComparisonSettings,
    _ context: RunContext
  ) throws {
    let isNew = { (item: Int64) in evaluation.clicks.count(of: item) == 0 }
    catalogue = pass.ranker.index.ids.count(where: isNew)
    let (heldOut, owners) = evaluation.split.heldOut.keeping(isNew)
    users = owners.count
    targets = HeldOutTargets(heldOut).count
    distinct = distinctKeys(heldOut.items).count
    guard !owners.isEmpty, let widest = evaluation.cutoffs.last else {
      rows = []
      return
    }
    let narrow = try pass.keeping(isNew)
    let own = owners.map { places[$0] }
    // Few of an approximate index's items are new, so that they are searched exactly.
    func ranked(_ users: [Int], _ depth: Int) throws -> RankedLists {
      try narrow.ranker.lists(users, of: pass.queries, k: depth, .exact).lists
    }
    let others = try comparisons.lists(heldOut.users, k: widest, rankers.with(narrow.ranker.rules), context) {
      depth in
      { try ranked(Array(own[$0]), depth) }
    }
    let amongNew = [try ranked(own, widest)] + others.map(\.lists)
    rows = zip(lists, amongNew).map { list, narrow in
      Row(
        name: list.name,
        all: evaluation.scores(list.lists.lists(owners), heldOut: heldOut),
        amongNew: evaluation.scores(narrow, heldOut: heldOut)
      )
    }
  }
}

extension UserSequences {
  /// The clicks on items that are `kept`, of users who have one, and the places of these users.
  fileprivate func keeping(_ kept: (Int64) -> Bool) -> (clicks: UserSequences, owners: [Int]) {
    var (owners, offsets, chosen): ([Int], [Int], [Int]) = ([], [0], [])
    for user in users.indices {
      chosen += range(user).filter { kept(items[$0]) }
      guard chosen.count > (offsets.last ?? 0) else { continue }
      owners.append(user)
      offsets.append(chosen.count)
    }
    let clicks = UserSequences(
      users: owners.map { users[$0] },
      offsets: offsets,
      items: chosen.map { items[$0] },
      times: times.map { times in chosen.map { times[$0] } },
      rows: chosen.map { rows[$0] }
    )
    return (clicks, owners)
  }
}

extension RankedLists {
  /// The lists at `places`, in that order.
  fileprivate func lists(_ places: [Int]) -> RankedLists {
    RankedLists(
      width: width,
      items: places.flatMap { items[$0 * width..<($0 + 1) * width] },
      scores: scores.isEmpty ? [] : places.flatMap { scores[$0 * width..<($0 + 1) * width] },
      counts: places.map { counts[$0] }
    )
  }
}
