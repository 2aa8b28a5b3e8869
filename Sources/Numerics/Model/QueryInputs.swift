/// What is asked of the query tower: users, what they clicked, and where the model takes them, the context and the
/// time of the request.
package struct QueryInputs: Sendable, Equatable {
  /// User numbers, `[rows]`.
  package var users: [Int32]
  /// What each has clicked; the newest `maxSeqLen` clicks count.
  package var histories: HistoryWindows
  /// The codes of each context column of the model, `[columns][rows]`.
  package var contexts: [[Int32]]
  /// The times of the requests in hours since the first training click, `[rows]`; empty where the model takes none.
  package var hours: [Float]
  /// The features of the users, one value a row.
  package var features: UserFeatures

  /// Puts inputs together.
  package init(
    users: [Int32],
    histories: HistoryWindows,
    contexts: [[Int32]] = [],
    hours: [Float] = [],
    features: UserFeatures = UserFeatures()
  ) {
    self.users = users
    self.histories = histories
    self.contexts = contexts
    self.hours = hours
    self.features = features
  }

  /// Checks that there is one of each for every user, within the model's vocabularies.
  /// - Throws: `ModelError.input`.
  func validate(for shape: TwoTowerShape) throws {
    guard users.count == histories.count else {
      throw ModelError.input(
        "expected one history a user, got \(users.count) users, \(histories.count) histories"
      )
    }
    try validateIDs(users, below: shape.userVocabulary, "user")
    try histories.validate(vocabulary: shape.itemVocabulary)
    try validateRequests(contexts: contexts, hours: hours, rows: users.count, for: shape)
    try features.validate(count: users.count, for: shape)
  }
}

/// Checks context columns and times: as many as the model takes, each with one value a row.
/// - Throws: `ModelError.input`.
func validateRequests(
  contexts: [[Int32]],
  hours: [some BinaryFloatingPoint],
  rows: Int,
  for shape: TwoTowerShape
)
  throws
{
  guard contexts.count == shape.contexts.count else {
    throw ModelError.input("expected \(shape.contexts.count) context columns, got \(contexts.count)")
  }
  for (codes, context) in zip(contexts, shape.contexts) {
    guard codes.count == rows else {
      throw ModelError.input("expected \(rows) codes of \(context.name), got \(codes.count)")
    }
    try validateIDs(codes, below: context.vocabulary, context.name)
  }
  guard shape.timeWidths.isEmpty || hours.count == rows else {
    throw ModelError.input("expected \(rows) request times, got \(hours.count)")
  }
  guard hours.allSatisfy(\.isFinite) else { throw ModelError.input("request times must be finite") }
}
