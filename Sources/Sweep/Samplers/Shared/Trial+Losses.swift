extension Trial {
  /// Its values turned so that smaller is better, one per goal.
  ///
  /// Nil unless it is complete and has a number for every goal: a trial that gave NaN is never compared.
  package func losses(_ goals: [Goal]) -> [Double]? {
    guard state == .complete, !goals.isEmpty, let values, values.count >= goals.count else { return nil }
    let losses = zip(goals, values).map { $0.loss($1) }
    return losses.contains(where: \.isNaN) ? nil : losses
  }
}
