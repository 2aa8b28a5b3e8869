import Clicks

/// What requests see of their users, when they come, and what they may be given, for who ranks by clicks alone.
package struct ClickRequests: Sendable {
  /// What users have clicked so far; the last click of each is the moment of the request where nothing else is said.
  package var clicks: UserSequences
  /// When all requests come; nil for each at a moment of its own.
  package var moment: Int64?
  /// When the request of each user of the clicks comes, `[users]`; nil for the last click.
  package var moments: [Int64]?
  /// What lists may hold.
  package var rules: CandidateRules

  /// Puts requests together; by default lists may hold all items that are not seen.
  package init(
    _ clicks: UserSequences,
    at moment: Int64? = nil,
    moments: [Int64]? = nil,
    rules: CandidateRules = CandidateRules()
  ) {
    precondition(moments.map { $0.count == clicks.users.count } ?? true, "one moment a user")
    self.clicks = clicks
    self.moment = moment
    self.moments = moments
    self.rules = rules
  }

  /// When the user at place `user` of the clicks makes a request; nil where nobody knows.
  package func moment(of user: Int?) -> Int64? {
    if let moment { return moment }
    if let user, let moments { return moments[user] }
    guard let user, let times = clicks.times, !clicks.range(user).isEmpty else { return nil }
    return times[clicks.offsets[user + 1] - 1]
  }

  /// What the user at place `user` may not be shown again.
  func hidden(_ user: Int?) -> ArraySlice<Int64> {
    guard rules.seen == .leaveOut, let user else { return [] }
    return clicks.items[clicks.range(user)]
  }

  /// Which codes of `vocabulary` lists may hold.
  func filter(_ vocabulary: Vocabulary) -> CandidateFilter { CandidateFilter(rules.items, vocabulary) }
}

/// Which codes of a vocabulary lists may hold, and when.
package struct CandidateFilter: Sendable {
  private let items: CandidateItems?
  private let rows: [Int32]

  /// Aligns items with a vocabulary; nil for all, as in ``CandidateRules``.
  package init(_ items: CandidateItems?, _ vocabulary: Vocabulary) {
    self.items = items
    rows = items?.rows(of: vocabulary) ?? []
  }

  /// Whether there is nothing that it keeps from any list.
  var allowsAll: Bool { items == nil }

  /// Whether a list of a request at `moment` may hold `code`.
  @inline(__always)
  package func allows(_ code: Int32, at moment: Int64?) -> Bool {
    guard let items else { return true }
    let row = rows[Int(code)]
    return row >= 0 && items.allows(Int(row), at: moment)
  }
}
