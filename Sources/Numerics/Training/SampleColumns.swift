/// Training samples as columns: who, having clicked what, clicked which item next.
package struct SampleColumns: Sendable {
  /// User numbers, `[samples]`.
  package var users: [Int32]
  /// Target item numbers, `[samples]`.
  package var items: [Int32]
  /// The targets' category numbers, `[samples]`.
  package var categories: [Int32]
  /// The clicks before each target; all clicks of its user where there are ``others``.
  package var histories: HistoryWindows
  /// Where the targets stand in these windows, where samples show the other clicks; nil where they show those before.
  package var others: OtherClicks?
  /// The category number of each item number, `[item vocabulary]`, for candidates drawn besides the targets; empty
  /// where none are drawn.
  package var categoryOfItem: [Int32] = []
  /// Further features of each item number, one value each, `[item vocabulary]`; empty where the model takes none.
  package var itemFeatures = ItemFeatures()
  /// The features of users by user number, `[user vocabulary]`; empty where the model takes none.
  package var userFeatures = UserFeatures()
  /// The codes of each context column of the model, `[columns][samples]`.
  package var contexts: [[Int32]] = []
  /// The times of the requests in hours since the first training click, `[samples]`; empty where the model takes
  /// neither them nor the age of items.
  package var hours: [Double] = []
  /// How much each sample counts, `[samples]`; empty for all the same.
  package var weights: [Float] = []
  /// What was shown with each target and not clicked; nil where that is not known.
  package var impressions: ImpressionLists?

  /// What tells how often items were clicked just before each request; nil where the model takes none of that.
  package var trend: RequestTrend?

  /// Makes samples from their columns.
  package init(users: [Int32], items: [Int32], categories: [Int32], histories: HistoryWindows) {
    self.users = users
    self.items = items
    self.categories = categories
    self.histories = histories
  }

  /// The number of samples.
  package var count: Int { users.count }

  /// The items of all targets and histories, ascending; their numbers are below `vocabulary`.
  func distinctItems(below vocabulary: Int) -> [Int32] {
    var isThere = [Bool](repeating: false, count: vocabulary)
    for item in items { isThere[Int(item)] = true }
    for item in histories.clicks where item != 0 { isThere[Int(item)] = true }
    return isThere.indices.filter { isThere[$0] }.map { Int32($0) }
  }

  /// Checks that the columns are equally long and all numbers lie in the model's vocabularies.
  /// - Throws: `ModelError.input`.
  package func validate(for shape: TwoTowerShape) throws {
    guard items.count == count && categories.count == count && histories.count == count else {
      throw ModelError.input(
        "sample columns must be equally long, got \(count) users, \(items.count) items, "
          + "\(categories.count) categories and \(histories.count) histories"
      )
    }
    try validateIDs(users, below: shape.userVocabulary, "user")
    try validateIDs(items, below: shape.itemVocabulary, "item")
    try validateIDs(categories, below: shape.categoryVocabulary, "category")
    try histories.validate(vocabulary: shape.itemVocabulary)
    if let others {
      guard others.most > 0, others.targets.count == count,
        others.targets.indices.allSatisfy({
          histories.starts[$0] <= others.targets[$0] && others.targets[$0] < histories.ends[$0]
        })
      else { throw ModelError.input("the targets of samples must stand in their histories") }
    }
    try validateRequests(contexts: contexts, hours: hours, rows: count, for: shape)
    guard weights.isEmpty || weights.count == count else {
      throw ModelError.input("expected \(count) sample weights, got \(weights.count)")
    }
    guard weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ModelError.input("sample weights must be above 0 and finite")
    }
    try impressions?.validate(samples: count, for: shape)
    guard (trend != nil) == shape.learnsTrend else {
      throw ModelError.input(
        trend == nil
          ? "the model counts recent clicks, and the samples have none" : "the model counts no recent clicks"
      )
    }
    try trend?.validate(samples: count, for: shape)
    guard categoryOfItem.isEmpty || categoryOfItem.count == shape.itemVocabulary else {
      throw ModelError.input(
        "expected the categories of \(shape.itemVocabulary) items, got \(categoryOfItem.count)"
      )
    }
    try validateIDs(categoryOfItem, below: shape.categoryVocabulary, "category")
    try itemFeatures.validate(count: shape.itemVocabulary, for: shape)
    try userFeatures.validate(count: shape.usesUserFeatures ? shape.userVocabulary : 0, for: shape)
    guard shape.itemAge == nil || hours.count == count else {
      throw ModelError.input("the age of items takes \(count) request times, got \(hours.count)")
    }
  }
}
