/// What is told of an item and a request besides what sources say, as it is known when the request comes.
package enum SampleFeature: String, CaseIterable, Sendable, Hashable {
  /// How often the item was clicked in the history, before the request where clicks have times.
  case itemClicks = "item_clicks"
  /// How often within the window of recent popularity before the request.
  case itemRecentClicks = "item_recent_clicks"
  /// The hours since it was clicked last, by anyone, before the request.
  case itemHoursSinceClick = "item_hours_since_click"
  /// The hours since the item came into being.
  case itemAge = "item_age_hours"
  /// How many clicks the request sees of its user.
  case historyLength = "history_length"
  /// The hours from the last of these to the request.
  case hoursSinceLastClick = "hours_since_last_click"
  /// Whether the item is of the category of the last of these, 1 or 0.
  case sameCategory = "same_category_as_last_click"
  /// The share of the newest ten that is of its category.
  case categoryShare = "category_share"
  /// The inner product of its vector and that of the last click.
  case similarityToLast = "similarity_to_last_click"
  /// The largest such of the newest ten.
  case similarityToHistory = "similarity_to_history"

  /// How many of the newest clicks features look at.
  package static let newest = 10

  /// What it is, in words.
  package var explanation: String {
    switch self {
    case .itemClicks: "clicks on the item in the history, before the request where clicks have times"
    case .itemRecentClicks: "clicks on the item within `recent_popularity.window_hours` before the request"
    case .itemHoursSinceClick: "hours since anyone clicked the item, before the request"
    case .itemAge: "hours since the item came into being, by `newest.column`"
    case .historyLength: "clicks that the request sees of its user"
    case .hoursSinceLastClick: "hours from the user's last click to the request"
    case .sameCategory: "1 where the item has the category of the user's last click, else 0"
    case .categoryShare: "share of the user's newest \(Self.newest) clicks in the item's category"
    case .similarityToLast: "inner product of the item's vector and the last click's"
    case .similarityToHistory: "largest such product over the user's newest \(Self.newest) clicks"
    }
  }

  /// Whether it needs categories of items.
  package var needsCategories: Bool { self == .sameCategory || self == .categoryShare }

  /// Whether it needs times of clicks.
  package var needsTimes: Bool {
    switch self {
    case .itemRecentClicks, .itemHoursSinceClick, .itemAge, .hoursSinceLastClick: true
    default: false
    }
  }
}
