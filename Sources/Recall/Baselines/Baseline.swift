import Clicks

/// Something to measure a model against, by name.
package enum Baseline: String, CaseIterable, Sendable, Hashable {
  /// The most clicked items of the history.
  case popularity
  /// The items clicked most often just before the request.
  case recentPopularity = "recent_popularity"
  /// Items that were clicked together with those of the user's history.
  case itemCF = "item_cf"

  /// What it recommends, in words.
  package var explanation: String {
    switch self {
    case .popularity: "the most clicked items of the history"
    case .recentPopularity: "those clicked most just before the request"
    case .itemCF: "those clicked together with what the user has clicked"
    }
  }
}

/// Ranks items for users by clicks alone.
package protocol ClickRanker: Sendable {
  /// The best `k` items that a user has not clicked, for each of `users`; a list may be shorter.
  ///
  /// - Parameters:
  ///   - requests: what a request sees of each user: their clicks so far, the last of which is its moment.
  ///   - threads: how many threads share the users; the result does not depend on it.
  func top(_ k: Int, for users: [Int64], unseenIn requests: UserSequences, threads: Int) -> RankedLists
}

extension Popularity: ClickRanker {
  /// The most clicked items, as `top(_:for:unseenIn:)` gives them.
  package func top(_ k: Int, for users: [Int64], unseenIn requests: UserSequences, threads: Int)
    -> RankedLists
  {
    top(k, for: users, unseenIn: requests)
  }
}
