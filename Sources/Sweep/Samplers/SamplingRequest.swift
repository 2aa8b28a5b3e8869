import Report

/// All that a sampler knows when it chooses the next trial.
package struct SamplingRequest: Sendable {
  /// The parameters to choose values for.
  package var space: SearchSpace
  /// The trials so far, one per group, in all states; `waiting` and `running` ones are pending.
  package var history: [Trial]
  /// The goals of the study, in the order of a trial's `values`.
  package var goals: [Goal]
  /// The number of the trial to choose, from 0.
  package var number: Int
  /// The seed of the study.
  package var seed: UInt64

  /// Makes a request.
  package init(space: SearchSpace, history: [Trial], goals: [Goal], number: Int, seed: UInt64) {
    self.space = space
    self.history = history
    self.goals = goals
    self.number = number
    self.seed = seed
  }

  /// The values of `trial` turned so that smaller is better, one per goal; nil without a number for each.
  package func losses(of trial: Trial) -> [Double]? { trial.losses(goals) }
}
