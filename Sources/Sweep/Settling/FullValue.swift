/// The loss of a setting, of one that was stopped early as far as others tell.
struct FullValue: Equatable {
  var assignment: Assignment
  /// Smaller is better.
  var loss: Double
  /// Whether it was measured.
  var isComplete: Bool

  /// The settings whose loss is known, in order.
  ///
  /// For one that was stopped after an epoch it lies on the line of least squares through the complete ones: their losses
  /// over their values after that epoch. Without three of these, or where all have one value there, it is left out. It is
  /// taken for no better than the best and no worse than the worst complete one, as lines know nothing beyond their points.
  static func losses(_ groups: [Trial], _ goal: Goal) -> [FullValue] {
    let complete = groups.compactMap { trial in goal.result(trial).map { (trial: trial, loss: $0) } }
    guard let best = complete.map(\.loss).min(), let worst = complete.map(\.loss).max() else { return [] }
    return groups.compactMap { trial in
      if let loss = goal.result(trial) {
        return FullValue(assignment: trial.assignment, loss: loss, isComplete: true)
      }
      guard trial.state == .pruned, let last = trial.intermediates.max(by: { $0.step < $1.step }),
        last.value.isFinite
      else { return nil }
      let pairs = complete.compactMap { other -> (value: Double, loss: Double)? in
        let there = other.trial.intermediates.first { $0.step == last.step && $0.value.isFinite }
        return there.map { ($0.value, other.loss) }
      }
      guard let line = line(pairs) else { return nil }
      let loss = min(max(line.height + line.slope * last.value, best), worst)
      return FullValue(assignment: trial.assignment, loss: loss, isComplete: false)
    }
  }

  private static func line(_ pairs: [(value: Double, loss: Double)]) -> (height: Double, slope: Double)? {
    guard pairs.count >= 3 else { return nil }
    let count = Double(pairs.count)
    let value = pairs.reduce(0) { $0 + $1.value } / count
    let loss = pairs.reduce(0) { $0 + $1.loss } / count
    let square = pairs.reduce(0) { $0 + ($1.value - value) * ($1.value - value) }
    guard square > 0 else { return nil }
    let slope = pairs.reduce(0) { $0 + ($1.value - value) * ($1.loss - loss) } / square
    return (loss - slope * value, slope)
  }
}
