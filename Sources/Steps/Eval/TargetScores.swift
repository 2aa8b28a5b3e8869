import Recall

/// The model's scores of some held-out items, and of what it put before them.
struct TargetScores {
  /// Held-out items among the first `headline_k`.
  private(set) var found: [Float] = []
  /// Held-out items that could be among them and are not.
  private(set) var missed: [Float] = []
  /// The best item of each user that was not held out.
  private(set) var bestOther: [Float] = []

  /// So many users are enough for a picture, and cost little.
  private static let mostUsers = 4096

  /// Scores targets without obstacles, of all users or of some evenly spread over them.
  /// - Parameters:
  ///   - users: the places of the users with held-out clicks.
  ///   - lists: the model's lists of these.
  init(
    _ targets: HeldOutTargets,
    obstacles: [Reachability.Obstacle],
    isFound: [Bool],
    lists: RankedLists,
    users: [Int],
    _ pass: RankingPass
  ) throws {
    let step = max(1, (users.count + Self.mostUsers - 1) / Self.mostUsers)
    let drawn = Array(stride(from: 0, to: users.count, by: step))
    let open = targets.items.indices.filter { target in
      targets.users[target] % step == 0
        && (isFound[target] || obstacles[target] == .none || obstacles[target] == .neverClicked)
    }
    let scores = try pass.scores(
      of: open.map { targets.items[$0] },
      owners: open.map { targets.users[$0] / step },
      users: drawn.map { users[$0] }
    )
    for (target, score) in zip(open, scores) {
      if isFound[target] { found.append(score) } else { missed.append(score) }
    }
    guard !lists.scores.isEmpty else { return }
    var first = 0
    for list in drawn {
      while first < targets.count, targets.users[first] < list { first += 1 }
      let end = targets.users[first...].firstIndex { $0 != list } ?? targets.count
      let own = targets.items[first..<end]
      if let place = lists[list].firstIndex(where: { !own.contains($0) }) {
        bestOther.append(lists.scores[place])
      }
    }
  }
}
