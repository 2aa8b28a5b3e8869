import Numerics

extension EncodeArtifact {
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
