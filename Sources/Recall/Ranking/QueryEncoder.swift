import Clicks
import Numerics
import Synchronization

/// Turns what users have clicked so far into query vectors and into the items they have seen.
package struct QueryEncoder {
  /// The model that is asked.
  package let model: TwoTowerModel
  /// The clicks that a request sees of each user, user after user in the order of the model's user codes.
  package let clicks: EncodedRequests
  /// Times and contexts of these clicks.
  package let features: RequestFeatures
  /// The features of users by their codes; none where the model takes none.
  package let users: UserFeatures
  /// The moment of all requests, in the log's unit; nil where each comes at its user's last click.
  package let moment: Int64?
  /// When the request of each user comes, in the log's unit, `[users]`, where that is neither one moment nor the last click.
  package let moments: [Int64]?
  /// What the model calls the time.
  package let clock: RequestClock
  /// The items behind the codes; the first has code 1.
  package let itemKeys: [Int64]
  /// How many of the vectors' first dimensions are taken; nil for all.
  package var width: Int?
  private let memo = TrendMemo()

  /// Puts an encoder together.
  package init(
    model: TwoTowerModel,
    clicks: EncodedRequests,
    features: RequestFeatures,
    users: UserFeatures = UserFeatures(),
    moment: Int64?,
    moments: [Int64]? = nil,
    clock: RequestClock,
    itemKeys: [Int64]
  ) {
    self.model = model
    self.clicks = clicks
    self.features = features
    self.users = users
    self.moment = moment
    self.moments = moments
    self.clock = clock
    self.itemKeys = itemKeys
  }

  /// How many users there are.
  package var userCount: Int { clicks.offsets.count - 1 }

  /// The query vectors `[users, dimension or width]` of users, given by their places.
  /// - Throws: `ModelError.input` where the model was made for other vocabularies.
  package func vectors(_ users: some Collection<Int>) throws -> Matrix {
    let histories = HistoryWindows(
      clicks: clicks.items,
      starts: users.map { Int32(truncatingIfNeeded: clicks.offsets[$0]) },
      ends: users.map { Int32(truncatingIfNeeded: clicks.offsets[$0 + 1]) }
    )
    let whole = try model.steadyQueryVectors(inputs(users.map { Int32($0 + 1) }, histories))
    return try width.map { try model.prefixes(of: whole, width: $0) } ?? whole
  }

  /// What the query tower is asked for users, by their codes, and what they clicked: each in the context of the last
  /// of these clicks, and at its time, at that of ``moments`` or at ``moment``.
  package func inputs(_ users: [Int32], _ histories: HistoryWindows) -> QueryInputs {
    var inputs = QueryInputs(users: users, histories: histories)
    if model.shape.usesUserFeatures { inputs.features = self.users.rows(users.map { Int($0) }) }
    let last = zip(histories.starts, histories.ends).map { $0 < $1 ? Int($1) - 1 : nil }
    if !model.shape.contexts.isEmpty {
      inputs.contexts = features.contexts.map { codes in last.map { $0.map { codes[$0] } ?? 0 } }
    }
    if !model.shape.timeWidths.isEmpty {
      inputs.hours = zip(users, last).map { user, place in
        let own = moments.flatMap { user > 0 ? $0[Int(user) - 1] : nil }
        return Float((moment ?? own ?? place.map { features.times[$0] }).map(clock.hours) ?? clock.span)
      }
    }
    return inputs
  }

  /// When users, given by their places, make their requests, in the log's unit, `[users]`: at ``moment``, as ``moments`` says,
  /// or each at the last click; who has none, and all where the log has no times, at the last click that was learned from.
  package func requestMoments(_ users: some Collection<Int>) -> [Int64] {
    users.map { user in
      if let moment = moment ?? moments?[user] { return moment }
      let end = clicks.offsets[user + 1]
      return clicks.offsets[user] < end && !features.times.isEmpty ? features.times[end - 1] : clock.last
    }
  }

  /// What items gain by the clicks just before a request, of all clicks that requests see; nil where the model takes none of
  /// that. It is found once.
  package var trend: ItemTrend? {
    guard !model.shape.trendHours.isEmpty else { return nil }
    return memo.trend.withLock { trend in
      if let trend { return trend }
      trend = ItemTrend(model, clicks, features, items: itemKeys, ticksPerSecond: clock.ticksPerSecond)
      return trend
    }
  }

  /// The items users have seen, as raw ids, one list a user.
  package func seen(_ users: some Collection<Int>) -> Exclusions {
    let (offsets, codes) = (clicks.offsets, clicks.items)
    var ends = [0]
    var ids: [Int64] = []
    for user in users {
      if let raw = clicks.keys {
        ids += raw[offsets[user]..<offsets[user + 1]]
      } else {
        for code in codes[offsets[user]..<offsets[user + 1]] where code > 0 {
          ids.append(itemKeys[Int(code) - 1])
        }
      }
      ends.append(ids.count)
    }
    return Exclusions(offsets: ends, ids: ids)
  }
}

/// What was found once.
private final class TrendMemo: Sendable {
  let trend = Mutex<ItemTrend?>(nil)
}
