import Report

/// Stops a trial whose best value so far is worse than the median of complete trials at the same epoch.
///
/// Source: D. Golovin et al., "Google Vizier", KDD 2017, section 3.2.2, in Optuna's form: the others' values at the
/// epoch, not their averages up to it.
package struct MedianPruner: Pruner {
  /// Complete trials before any is stopped.
  package let startupTrials: Int
  /// The first epoch after which a trial can be stopped.
  package let minimumStep: Int

  /// Makes a pruner.
  package init(startupTrials: Int = 5, minimumStep: Int = 1) {
    self.startupTrials = startupTrials
    self.minimumStep = minimumStep
  }

  /// Compares the trial's best value with the median of those complete trials that have a value at its last epoch.
  ///
  /// A trial with nothing but NaN is stopped. Pending, pruned and failed trials are not compared with.
  package func verdict(on trial: Trial, among history: [Trial], goal: Goal) -> PruneVerdict {
    let others = history.filter { $0.state == .complete && $0.number != trial.number }
    guard others.count >= max(startupTrials, 1), let step = trial.intermediates.map(\.step).max(),
      step >= minimumStep
    else { return .goOn }
    let mine = trial.intermediates.map { goal.loss($0.value) }.filter { !$0.isNaN }
    guard let best = mine.min() else {
      return .prune(reason: "up to epoch \(step) \(goal.metric) was never a number")
    }
    let rivals = others.compactMap { other in
      other.intermediates.first { $0.step == step && !$0.value.isNaN }.map { goal.loss($0.value) }
    }
    guard let median = Self.median(rivals), best > median else { return .goOn }
    return .prune(
      reason:
        "up to epoch \(step) its best \(goal.metric) of \(ShortNumber.text(goal.loss(best))) is worse than "
        + "\(ShortNumber.text(goal.loss(median))), the median of \(rivals.count) complete trials at that epoch"
    )
  }

  /// The middle of `values`, or the mean of the two in the middle; nil without any.
  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
  }
}
