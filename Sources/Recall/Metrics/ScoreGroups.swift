/// Users whose values are the same in every measure, taken together.
///
/// Where one click is held out, all values follow from its rank: twenty thousand users are a hundred groups, and a
/// resample is averaged over these.
struct ScoreGroups: Sendable {
  /// The group of each user, `[users]`, numbered as they first come.
  private(set) var groupOfUser: [Int32] = []
  /// The values of each group, `[groups, columns]`: measure by measure, cut-off by cut-off.
  private(set) var values: [Double] = []
  /// Measures times cut-offs.
  let columns: Int

  /// Groups the users of `scores`.
  init(_ scores: RankingScores) {
    let all = scores.metrics.flatMap { metric in
      scores.cutoffs.compactMap { scores.perUser(metric, at: $0) }
    }
    columns = all.count
    groupOfUser.reserveCapacity(scores.userCount)
    var known: [[Double]: Int32] = [:]
    for user in 0..<scores.userCount {
      let row = all.map { $0[$0.startIndex + user] }
      if let group = known[row] {
        groupOfUser.append(group)
      } else {
        let group = Int32(known.count)
        known[row] = group
        groupOfUser.append(group)
        values += row
      }
    }
  }

  /// The mean of every column over the users at the places `drawn` (one or more), `[columns]`, summed in Float64
  /// in the order of the groups.
  func means(over drawn: [Int]) -> [Double] {
    let groupCount = columns == 0 ? 0 : values.count / columns
    // Most users may be of one group, whose count would wait for itself: there are four of each.
    var counts = [Int32](repeating: 0, count: 4 * groupCount)
    counts.withUnsafeMutableBufferPointer { counts in
      groupOfUser.withUnsafeBufferPointer { groups in
        for (place, user) in drawn.enumerated() { counts[4 * Int(groups[user]) + (place & 3)] += 1 }
      }
    }
    var sums = [Double](repeating: 0, count: columns)
    sums.withUnsafeMutableBufferPointer { sums in
      values.withUnsafeBufferPointer { values in
        for group in 0..<groupCount {
          let count = counts[4 * group..<4 * group + 4].reduce(0, +)
          guard count > 0 else { continue }
          for column in sums.indices { sums[column] += Double(count) * values[group * sums.count + column] }
        }
      }
    }
    return sums.map { $0 / Double(drawn.count) }
  }
}
