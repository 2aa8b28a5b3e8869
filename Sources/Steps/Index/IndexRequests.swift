import Clicks
import Notebook
import Numerics
import Recall
import Report
import Tables

/// The requests that an index is chosen by: those before the clicks held out for validation, or where none are those before the
/// last click of each user's history, which the model learned from. The test's clicks are looked at by neither.
struct IndexRequests {
  let requests: TrialRequests
  /// Whether the targets are held out for validation.
  let areHeldOut: Bool
  /// How many users there are such requests of.
  let userCount: Int

  /// - Parameter most: how many are taken at most, evenly spread over the users in the order of their ids.
  /// - Throws: `RunFailure` where there are none, or the split is not the one that was encoded.
  init(_ encoded: EncodeArtifact, _ model: TwoTowerModel, _ split: SplitData?, most: Int) throws {
    guard let split else {
      throw RunFailure("an index is chosen by requests of users, and there is no split")
    }
    guard split.history.users == encoded.clicks.userVocabulary.keys,
      split.history.offsets == encoded.clicks.offsets
    else { throw RankingPass.differentUsers }
    let keys = encoded.requests.keys == nil ? nil : split.history.items
    let queries: QueryEncoder
    let targets: [(user: Int, items: [Int64])]
    if let validation = split.validation, !validation.users.isEmpty {
      areHeldOut = true
      queries = encoded.historyQueries(of: model, keys: keys)
      targets = validation.users.indices.map { place in
        (
          Int(encoded.clicks.userVocabulary.code(of: validation.users[place])) - 1,
          Array(validation.items[validation.range(place)])
        )
      }
    } else {
      areHeldOut = false
      queries = encoded.learnedQueries(of: model, keys: keys)
      let history = split.history
      targets = history.users.indices.filter { history.range($0).count > 1 }
        .map { ($0, [history.items[history.offsets[$0 + 1] - 1]]) }
    }
    guard targets.allSatisfy({ $0.user >= 0 }) else { throw RankingPass.differentUsers }
    guard !targets.isEmpty else {
      throw RunFailure("an index is chosen by requests, and no user has two clicks; name its 'type'")
    }
    userCount = targets.count
    let count = min(most, targets.count)
    let some = (0..<count).map { targets[$0 * targets.count / count] }
    let users = some.map(\.user)
    requests = TrialRequests(
      vectors: try queries.vectors(users),
      seen: queries.seen(users),
      moments: [],
      targets: some.map(\.items)
    )
  }

  /// What the requests are, in words.
  var words: String {
    let count = NumberFormat.grouped(requests.count)
    let all = requests.count < userCount ? " of \(NumberFormat.grouped(userCount))" : ""
    let which =
      areHeldOut
      ? "before the clicks that are held out for validation"
      : "before the last click that the model learned from, as the split holds none out for validation (hits are those of "
        + "clicks that it has seen)"
    return "\(count) requests\(all), \(which)"
  }
}

extension EncodeArtifact {
  /// Requests that see the clicks to learn from but the last one of each user, at the time of that where requests come then.
  /// - Parameter keys: the raw ids of these clicks, where not every item has a code.
  func learnedQueries(of model: TwoTowerModel, keys: [Int64]? = nil) -> QueryEncoder {
    let whole = clicks.offsets
    var offsets = [0]
    var places: [Int] = []
    for user in 0..<whole.count - 1 {
      places += whole[user]..<max(whole[user], whole[user + 1] - 1)
      offsets.append(places.count)
    }
    let all = historyQueries(of: model)
    var moments: [Int64]?
    if requestMoments != nil || validationMoments != nil, !clickFeatures.times.isEmpty {
      moments = (0..<whole.count - 1).map { user in
        whole[user] < whole[user + 1] ? clickFeatures.times[whole[user + 1] - 1] : clock.last
      }
    }
    return QueryEncoder(
      model: model,
      clicks: EncodedRequests(
        offsets: offsets,
        items: places.map { clicks.history[$0] },
        keys: keys.map { keys in places.map { keys[$0] } }
      ),
      features: RequestFeatures(
        times: clickFeatures.times.isEmpty ? [] : places.map { clickFeatures.times[$0] },
        contexts: clickFeatures.contexts.map { codes in places.map { codes[$0] } }
      ),
      users: all.users,
      moment: nil,
      moments: moments,
      clock: clock,
      itemKeys: catalogue.itemVocabulary.keys
    )
  }
}
