import Clicks
import Numerics
import Recall

extension RankingPass {
  /// What the model gives `items` for a request of the user at place `users[owner]` each, `[items]`; not a number where
  /// the index does not have the item.
  func scores(of items: [Int64], owners: [Int], users: [Int]) throws -> [Float] {
    guard !items.isEmpty else { return [] }
    let wanted = Vocabulary(keysOf: items)
    var rows = [Int](repeating: -1, count: wanted.size)
    for (row, id) in ranker.index.ids.enumerated() { rows[Int(wanted.code(of: id))] = row }
    let requests = try queries.vectors(users)
    let gains = queries.trend?.bonuses(of: items, owners: owners, at: queries.requestMoments(users))
    return zip(items, owners).enumerated().map { place, pair in
      let (item, owner) = pair
      let row = rows[Int(wanted.code(of: item))]
      guard row >= 0 else { return .nan }
      let (query, vector) = (requests.row(owner), ranker.index.vectors.row(row))
      let gain = gains?[place] ?? 0
      guard query.count == vector.count else { return InterestSearch.score(query, vector) + gain }
      var sum: Float = 0
      for (a, b) in zip(query, vector) { sum += a * b }
      return sum + gain
    }
  }

  /// Whether a search that goes about it in some `way` has each of some targets among its first `k`, of users given by their
  /// places.
  func isFound(_ some: [Int], of targets: HeldOutTargets, users: [Int], k: Int, _ way: Ranker.Way) throws
    -> [Bool]
  {
    // Targets stand user after user.
    var owners: [Int] = []
    for target in some where owners.last != targets.users[target] { owners.append(targets.users[target]) }
    let exact = try ranker.lists(owners.map { users[$0] }, of: queries, k: k, way).lists
    var list = -1
    var owner = -1
    return some.map { target in
      if targets.users[target] != owner { (list, owner) = (list + 1, targets.users[target]) }
      return exact[list].contains(targets.items[target])
    }
  }
}
