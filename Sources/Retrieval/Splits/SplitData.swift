/// What a split gives: what to learn from and what to be tested on.
public struct SplitData: Sendable, Equatable {
  /// The clicks to learn from; every user here has one at least.
  public var history: UserSequences
  /// The clicks held out for the test, of users who have a history; in the order of time.
  public var heldOut: UserSequences
  /// The clicks held out to choose settings by, of users who have a history; nil where none are.
  public var validation: UserSequences?
  /// The users drawn, in the order of the draw; nil where all were kept.
  public var sampledUsers: [Int64]?
  /// What was counted on the way.
  public var facts: SplitFacts

  /// Makes a split from its parts.
  public init(
    history: UserSequences,
    heldOut: UserSequences,
    validation: UserSequences? = nil,
    sampledUsers: [Int64]? = nil,
    facts: SplitFacts = SplitFacts()
  ) {
    self.history = history
    self.heldOut = heldOut
    self.validation = validation
    self.sampledUsers = sampledUsers
    self.facts = facts
  }
}

/// Counts to report about a split: how many users and clicks went where, and why.
public struct SplitFacts: Sendable, Equatable {
  /// Clicks in the log (in both logs, for files already split).
  public var clicks = 0
  /// Users in the log.
  public var users = 0
  /// Clicks that a row filter took out.
  public var filteredClicks = 0
  /// Clicks that the k-core took out.
  public var coreClicks = 0
  /// Users that the k-core took out.
  public var coreUsers = 0
  /// Items that the k-core took out.
  public var coreItems = 0
  /// Rounds that the k-core took.
  public var coreRounds = 0
  /// Users left out since all their clicks would be held out: they have no history.
  public var usersWithoutHistory = 0
  /// The held-out clicks that went with them.
  public var clicksWithoutHistory = 0
  /// Users with a history who were not drawn.
  public var usersNotSampled = 0
  /// Users with a history of whom nothing is held out.
  public var usersWithoutHeldOut = 0
  /// Users with a history and held-out clicks who were not drawn to be tested.
  public var usersNotTested = 0
  /// The moment from which on clicks are held out, for a split by time.
  public var cutoff: Int64?
  /// Whether the history holds clicks later than the first held-out click: training sees the future.
  public var seesFuture = false

  /// No counts yet.
  public init() {}
}
