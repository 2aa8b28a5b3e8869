/// What a split gives: what to learn from and what to be tested on.
package struct SplitData: Sendable, Equatable {
  /// The clicks to learn from; every user here has one at least.
  package var history: UserSequences
  /// The clicks held out for the test, of users who have a history; in the order of time.
  package var heldOut: UserSequences
  /// The clicks held out to choose settings by, of users who have a history; nil where none are.
  package var validation: UserSequences?
  /// The clicks between those held out for validation and those of the test where only some clicks can be held out, by their
  /// events and what they count: a request of the test sees them, and nothing is learned from them. Nil where there are none.
  package var afterValidation: UserSequences?
  /// Whether the clicks held out for validation, and those after them, are learned from before the test.
  package var refits = false
  /// The users drawn, in the order of the draw; nil where all were kept.
  package var sampledUsers: [Int64]?
  /// The items of the log that filters and the k-core left no click of, ascending.
  package var removedItems: [Int64]
  /// The ids of held-out items that the log does not have, where ids are text: the item with the key -1 is the first.
  package var strangeItems: [String] = []
  /// Likewise for users; nobody of them is tested.
  package var strangeUsers: [String] = []
  /// What was counted on the way.
  package var facts: SplitFacts

  /// Makes a split from its parts.
  package init(
    history: UserSequences,
    heldOut: UserSequences,
    validation: UserSequences? = nil,
    sampledUsers: [Int64]? = nil,
    removedItems: [Int64] = [],
    facts: SplitFacts = SplitFacts()
  ) {
    self.history = history
    self.heldOut = heldOut
    self.validation = validation
    self.sampledUsers = sampledUsers
    self.removedItems = removedItems
    self.facts = facts
  }
}

extension SplitData {
  /// The split as it is for who is tested: where validation clicks are learned from in the end, they are of the history.
  package var learned: SplitData {
    guard refits, validation != nil else { return self }
    var learned = self
    learned.history = requestHistory
    (learned.validation, learned.afterValidation) = (nil, nil)
    return learned
  }

  /// The id of an item of the history or of what is held out, as text; `log` is the one that is learned from.
  package func itemID(_ key: Int64, in log: ClickLog) -> String {
    let place = key < 0 ? Int(-1 - key) : strangeItems.count
    return place < strangeItems.count ? strangeItems[place] : log.itemID(key)
  }
}

/// Counts to report about a split: how many users and clicks went where, and why.
package struct SplitFacts: Sendable, Equatable {
  /// Clicks in the log (in both logs, for files already split).
  package var clicks = 0
  /// Users in the log.
  package var users = 0
  /// Clicks that a row filter took out.
  package var filteredClicks = 0
  /// Values that the filter asks for and no click has; nil where it asks for none. Not kept with the split.
  package var unmatchedValues: [String]?
  /// Clicks that the k-core took out.
  package var coreClicks = 0
  /// Users that the k-core took out.
  package var coreUsers = 0
  /// Items that the k-core took out.
  package var coreItems = 0
  /// Rounds that the k-core took.
  package var coreRounds = 0
  /// Users left out since all their clicks would be held out: they have no history.
  package var usersWithoutHistory = 0
  /// The held-out clicks that went with them.
  package var clicksWithoutHistory = 0
  /// Users with a history who were not drawn.
  package var usersNotSampled = 0
  /// Users with a history of whom nothing is held out.
  package var usersWithoutHeldOut = 0
  /// Rows of the file to test on that were left out because an id or a time was empty.
  package var droppedRows = 0
  /// Users with a history and held-out clicks who were not drawn to be tested.
  package var usersNotTested = 0
  /// The moment from which on clicks are held out, for a split by time.
  package var cutoff: Int64?
  /// Whether the history holds clicks later than the first held-out click: training sees the future.
  package var seesFuture = false

  /// No counts yet.
  package init() {}
}
