import Clicks
import Files

/// Where lists have what was held out: all that the ranking measures depend on, in a byte or two for each list and
/// held-out item.
package struct HitRecord: Sendable, Equatable {
  /// One list of recommendations for every user.
  package struct List: Sendable, Equatable {
    /// Its name: `two-tower`, `popularity`.
    package var name: String
    /// For each user the ranks of the held-out items that the list has, ascending from 1, then a 0 for each that it has
    /// not, `[targets]`.
    package var ranks: [UInt16]

    /// Names ranks.
    package init(name: String, ranks: [UInt16]) {
      self.name = name
      self.ranks = ranks
    }
  }

  /// How many of the best items were looked at, 1 to 65,535: measures at any `k` up to it follow from the ranks.
  package let depth: Int
  /// The users by key, ascending, `[users]`.
  package let users: [Int64]
  /// `offsets[u]..<offsets[u + 1]` is the range of the distinct held-out items of user `u`, `[users + 1]`.
  package let offsets: [Int32]
  /// The digest of the held-out clicks: records of the same are of the same users, place by place.
  package let heldOut: Digest
  /// The lists.
  package private(set) var lists: [List] = []

  /// Begins a record of what is held out, without lists.
  /// - Throws: where there is no memory.
  package init(_ sequences: UserSequences, depth: Int) throws {
    let digest = try GrowingDigest()
    digest.add(sequences.users)
    digest.add(sequences.offsets)
    digest.add(sequences.items)
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(sequences.users.count + 1)
    for user in sequences.users.indices {
      let clicked = sequences.items[sequences.range(user)]
      offsets.append(offsets[user] + Int32(clicked.count == 1 ? 1 : Set(clicked).count))
    }
    self.init(
      depth: min(depth, Int(UInt16.max)),
      users: sequences.users,
      offsets: offsets,
      heldOut: digest.value,
      lists: []
    )
  }

  /// Puts a record together again from its parts.
  init(depth: Int, users: [Int64], offsets: [Int32], heldOut: Digest, lists: [List]) {
    self.depth = depth
    self.users = users
    self.offsets = offsets
    self.heldOut = heldOut
    self.lists = lists
  }

  /// The number of held-out items of all users together.
  package var targetCount: Int { Int(offsets.last ?? 0) }
  /// Whether every user has one held-out item.
  package var isOnePerUser: Bool { targetCount == users.count }

  /// Adds a list for each user of `sequences`, which the record was begun with.
  package mutating func add(_ name: String, _ ranked: RankedLists, _ sequences: UserSequences) {
    precondition(ranked.count == users.count, "one list for each user with held-out items")
    var ranks = [UInt16](repeating: 0, count: targetCount)
    for user in users.indices {
      let hits = HitRanks(ranked[user].prefix(depth), sequences.items[sequences.range(user)])
      for (place, rank) in hits.ranks.enumerated() { ranks[Int(offsets[user]) + place] = UInt16(rank) }
    }
    lists.append(List(name: name, ranks: ranks))
  }

  /// The list called `name`; nil for none.
  package func list(_ name: String) -> List? { lists.first { $0.name == name } }
}

extension RankingScores {
  /// The measures of a list of `record`: the same values, to the bit, as of the list itself.
  /// - Parameter cutoffs: each from 1 to the record's depth.
  package init(
    _ list: HitRecord.List,
    in record: HitRecord,
    metrics: [RankingMetric] = RankingMetric.allCases,
    cutoffs: [Int]
  ) {
    precondition(cutoffs.allSatisfy { 1...record.depth ~= $0 }, "ranks are known up to the record's depth")
    var values: [Double] = []
    values.reserveCapacity(metrics.count * cutoffs.count * record.users.count)
    for metric in metrics {
      for k in cutoffs {
        for user in record.users.indices {
          let range = Int(record.offsets[user])..<Int(record.offsets[user + 1])
          let found = list.ranks[range].lazy.map(Int.init).prefix { $0 > 0 }
          values.append(metric.value(hitRanks: found, relevant: range.count, k: k))
        }
      }
    }
    self.init(metrics: metrics, cutoffs: cutoffs, values: values)
  }
}
