import Report

/// The trials of a study, split into the better and the worse ones, each by number.
struct TrialSplit {
  /// The better ones.
  let below: [Trial]
  /// The worse ones, and those whose result is still to come.
  let above: [Trial]
  /// How many have ended with a number or were pruned.
  let ended: Int

  /// Splits `history`: complete trials rank before pruned ones; failed ones, and NaN, are left out.
  init(_ history: [Trial], goals: [Goal]) {
    let complete = history.filter { $0.losses(goals) != nil }
    let pruned = Self.ranked(history.filter { $0.state == .pruned }, goal: goals.first)
    ended = goals.isEmpty ? 0 : complete.count + pruned.count
    let room = Self.belowCount(ended, goals: goals.count)
    let taken = Set(Self.best(complete, count: min(room, complete.count), goals: goals))
    let prunedRoom = min(max(room - taken.count, 0), pruned.count)
    let good = complete.enumerated().filter { taken.contains($0.offset) }.map(\.element)
    let bad = complete.enumerated().filter { !taken.contains($0.offset) }.map(\.element)
    below = Self.byNumber(good + pruned.prefix(prunedRoom))
    above = Self.byNumber(bad + pruned.dropFirst(prunedRoom) + history.filter(\.state.isPending))
  }

  /// How many of `ended` trials count as better: a tenth, rounded up; at most 25 with one goal.
  ///
  /// Source: Optuna's `default_gamma` and `default_gamma_multiobjective`.
  static func belowCount(_ ended: Int, goals: Int) -> Int {
    let tenth = (ended + 9) / 10
    return goals > 1 ? tenth : min(tenth, 25)
  }

  /// The positions of the `count` best of `trials`, all of which have losses.
  static func best(_ trials: [Trial], count: Int, goals: [Goal]) -> [Int] {
    let losses = trials.map { $0.losses(goals) ?? [] }
    guard goals.count < 2 else { return FrontSelection.best(losses, count: count) }
    let order = losses.indices.sorted { (losses[$0][0], $0) < (losses[$1][0], $1) }
    return Array(order.prefix(count))
  }

  /// Pruned trials, best first: those that came farther, then those whose last value is better.
  private static func ranked(_ pruned: [Trial], goal: Goal?) -> [Trial] {
    let scores = pruned.map { trial -> (Int, Double) in
      guard let last = trial.intermediates.max(by: { $0.step < $1.step }) else { return (1, 0) }
      let loss = goal?.loss(last.value) ?? last.value
      return (-last.step, loss.isNaN ? .infinity : loss)
    }
    let order = pruned.indices.sorted {
      (scores[$0].0, scores[$0].1, $0) < (scores[$1].0, scores[$1].1, $1)
    }
    return order.map { pruned[$0] }
  }

  private static func byNumber(_ trials: [Trial]) -> [Trial] { trials.sorted { $0.number < $1.number } }
}
