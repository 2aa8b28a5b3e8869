import Numerics

extension EncodeArtifact {
  /// The query vectors `[users, dimension]` with which users, given by their places in the user vocabulary, are
  /// ranked at test time.
  /// - Throws: `ModelError.input` where the model was made for other vocabularies.
  package func requestVectors(_ users: some Collection<Int>, of model: TwoTowerModel) throws -> Matrix {
    let histories = HistoryWindows(
      clicks: requests.items,
      starts: users.map { Int32(truncatingIfNeeded: requests.offsets[$0]) },
      ends: users.map { Int32(truncatingIfNeeded: requests.offsets[$0 + 1]) }
    )
    return try model.queryVectors(
      queryInputs(
        users.map { Int32($0 + 1) },
        histories,
        requestFeatures,
        at: requestMoment,
        for: model.shape
      )
    )
  }

  /// What the query tower of a model of `shape` is asked for users and what they clicked: each in the context
  /// of the last of these clicks, whose features are `features`, and at its time or at `moment`.
  func queryInputs(
    _ users: [Int32],
    _ histories: HistoryWindows,
    _ features: RequestFeatures,
    at moment: Int64? = nil,
    for shape: TwoTowerShape
  ) -> QueryInputs {
    var inputs = QueryInputs(users: users, histories: histories)
    let last = zip(histories.starts, histories.ends).map { $0 < $1 ? Int($1) - 1 : nil }
    if !shape.contexts.isEmpty {
      inputs.contexts = features.contexts.map { codes in last.map { $0.map { codes[$0] } ?? 0 } }
    }
    if !shape.timeWidths.isEmpty {
      inputs.hours = last.map { place in
        Float((moment ?? place.map { features.times[$0] }).map(clock.hours) ?? clock.span)
      }
    }
    return inputs
  }
}
