import Clicks

/// Something to measure a model against, by name.
package enum Baseline: String, CaseIterable, Sendable, Hashable {
  /// The most clicked items of the history.
  case popularity
  /// The items clicked most often just before the request.
  case recentPopularity = "recent_popularity"
  /// Items that were clicked together with those of the user's history.
  case itemCF = "item_cf"
  /// The items that exist for the shortest time.
  case newest

  /// What it recommends, in words.
  package var explanation: String {
    switch self {
    case .popularity: "the most clicked items of the history"
    case .recentPopularity: "those clicked most just before the request"
    case .itemCF: "those clicked together with what the user has clicked"
    case .newest: "the youngest of the items that exist by then"
    }
  }
}

/// Ranks items for users by clicks alone.
package protocol ClickRanker: Sendable {
  /// The best `k` items that each of `users` may be given; a list may be shorter.
  ///
  /// - Parameter threads: how many threads share the users; the result does not depend on it.
  func top(_ k: Int, for users: [Int64], _ requests: ClickRequests, threads: Int) -> RankedLists
}

extension ClickRanker {
  /// The best `k` items that each of `users` has not clicked, whose requests come at their last click.
  package func top(_ k: Int, for users: [Int64], unseenIn clicks: UserSequences, threads: Int = 1)
    -> RankedLists
  {
    top(k, for: users, ClickRequests(clicks), threads: threads)
  }
}
