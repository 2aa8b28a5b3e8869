import Tables

/// Which clicks are held out to test the model.
package enum SplitStrategy: Sendable, Equatable {
  /// The last click of every user, as in the notebook.
  case lastClick
  /// The last `n` clicks of every user, 1 or more.
  case leaveLast(Int)
  /// All clicks from one moment on, the same for all users: training sees nothing of the future.
  case time(TimeCutoff)
  /// The last `share` of every user's clicks, above 0 and below 1: rounded down, one at least.
  case ratio(Double)
  /// `share` of every user's clicks, above 0 and below 1, drawn at random: rounded down, one at least.
  case random(Double)
  /// All clicks on items drawn at random, this share of all of them: new items, of which training knows nothing.
  case items(Double)
  /// None: all clicks are learned from, and nothing can be measured.
  case nothing
}

/// The moment from which a split by time holds clicks out.
package enum TimeCutoff: Sendable, Equatable {
  /// A time in the log's unit: clicks at or after it are held out.
  case timestamp(Int64)
  /// A moment: clicks at or after it are held out.
  case moment(Moment)
  /// The time from which on this share of all clicks lies, above 0 and below 1; clicks of one moment stay
  /// together on the held-out side.
  case share(Double)
}

/// Which clicks of a user on an item that they clicked before are left out. Where the log has events, only those of the
/// same event are repeated clicks.
package enum Deduplication: String, CaseIterable, Sendable {
  /// None.
  case none
  /// Those directly after another one on the same item: of such a run the first stays.
  case consecutive
  /// All but the first one on each item.
  case perUser = "per_user"
}

/// How a log is filtered and split.
package struct SplitOptions: Sendable, Equatable {
  /// Which clicks are held out.
  package var strategy = SplitStrategy.lastClick
  /// Conditions that every click must meet; applied first.
  package var filters: [RowFilter] = []
  /// Which repeated clicks go, after the filters.
  package var deduplication = Deduplication.none
  /// The most clicks a user may have after that; who has more is left out. Nil for no bound.
  package var maxUserClicks: Int?
  /// The events that are held out, by name; empty for all.
  package var targets: [String] = []
  /// The fewest clicks a user must have (k-core; 0 and 1 keep all).
  package var minUserClicks = 0
  /// The fewest clicks an item must have (k-core; 0 and 1 keep all).
  package var minItemClicks = 0
  /// How many of the users with a history to keep, drawn at random; all if nil or if there are no more.
  package var sampleUsers: Int?
  /// Of how many users clicks are held out, drawn at random; of all if nil or if there are no more. The others keep theirs,
  /// but for what must not be learned from: clicks from the moment of a split by time on, on new items, and of a second file.
  package var testUsers: Int?
  /// The seed of both draws: NumPy's `default_rng(seed).choice(users, size, replace=False)`.
  package var seed = 42

  /// The notebook's split of all users: the last click of each is held out.
  package init() {}
}
