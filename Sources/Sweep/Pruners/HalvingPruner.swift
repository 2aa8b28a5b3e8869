import Notebook
import Report

/// Lets one trial in `eta` on at each rung: asynchronous successive halving.
///
/// Rung k is at epoch `minIter · eta^(k + start)`. A trial that gets to it is compared with all that were there
/// before, without waiting for others, and goes on where it is among the best `1 / eta` of them. The first
/// `eta - 1` at a rung go on only where they are the best so far.
///
/// Source: L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020, algorithm 2, as
/// Optuna stops trials by it (none is paused to be resumed later). Departures: failed trials are not compared
/// with, as they will give no result; with `maxIter` there is no rung at the last epoch, where nothing is saved.
package struct HalvingPruner: Pruner {
  /// The epochs a trial runs at least, 1 or more.
  package let minIter: Int
  /// The epochs of a whole trial, or nil where they are not known.
  package let maxIter: Int?
  /// One in so many goes on; 2 or more.
  package let eta: Int
  /// How many rungs are left out at the start.
  package let start: Int

  /// Makes a pruner.
  package init(minIter: Int = 1, maxIter: Int? = nil, eta: Int = 3, start: Int = 0) {
    precondition(minIter >= 1 && eta >= 2 && start >= 0, "needs minIter >= 1, eta >= 2 and start >= 0")
    self.minIter = minIter
    self.maxIter = maxIter
    self.eta = eta
    self.start = start
  }

  /// The epochs of the rungs, up to `last`.
  package func rungs(upTo last: Int) -> [Int] {
    var rungs: [Int] = []
    var epoch = minIter
    var level = 0
    while epoch <= last, maxIter.map({ epoch < $0 }) ?? true {
      if level >= start { rungs.append(epoch) }
      let (next, overflow) = epoch.multipliedReportingOverflow(by: eta)
      if overflow { break }
      epoch = next
      level += 1
    }
    return rungs
  }

  /// Judges the trial at each rung that its last value is the first to reach.
  ///
  /// Pending, complete and pruned trials that reached the rung are compared with.
  package func verdict(on trial: Trial, among history: [Trial], goal: Goal) -> PruneVerdict {
    let steps = trial.intermediates.sorted { $0.step < $1.step }
    guard let last = steps.last else { return .goOn }
    let before = steps.dropLast().last?.step ?? 0
    let rivals = history.filter { $0.state != .failed && $0.number != trial.number }
    for rung in rungs(upTo: last.step) where rung > before {
      if last.value.isNaN { return .prune(reason: "at epoch \(last.step) \(goal.metric) is not a number") }
      let others = rivals.compactMap { Self.loss(of: $0, at: rung, goal: goal) }
      let mine = goal.loss(last.value)
      let places = max((others.count + 1) / eta, 1)
      let bound = (others + [mine]).sorted()[places - 1]
      if mine > bound { return .prune(reason: reason(last, goal, bound, places, of: others.count + 1)) }
    }
    return .goOn
  }

  /// The loss of `trial` at the first epoch with a value from `rung` on; nil where it did not get there, or NaN.
  static func loss(of trial: Trial, at rung: Int, goal: Goal) -> Double? {
    let reached = trial.intermediates.filter { $0.step >= rung }.min { $0.step < $1.step }
    return reached.flatMap { $0.value.isNaN ? nil : goal.loss($0.value) }
  }

  private func reason(
    _ last: Trial.Intermediate,
    _ goal: Goal,
    _ bound: Double,
    _ places: Int,
    of count: Int
  ) -> String {
    "at epoch \(last.step) \(goal.metric) of \(ShortNumber.text(last.value)) is worse than "
      + "\(ShortNumber.text(goal.loss(bound))), number \(places) of the \(count) trials that got there"
  }
}
