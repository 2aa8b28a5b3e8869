/// All that a sampler knows when it chooses the next trial.
public struct SamplingRequest: Sendable {
  /// The parameters to choose values for.
  public var space: SearchSpace
  /// The trials so far, one per group, in all states; `waiting` and `running` ones are pending.
  public var history: [Trial]
  /// The goals of the study, in the order of a trial's `values`.
  public var goals: [Goal]
  /// The number of the trial to choose, from 0.
  public var number: Int
  /// The seed of the study.
  public var seed: UInt64

  /// Makes a request.
  public init(space: SearchSpace, history: [Trial], goals: [Goal], number: Int, seed: UInt64) {
    self.space = space
    self.history = history
    self.goals = goals
    self.number = number
    self.seed = seed
  }

  /// The values of `trial` turned so that smaller is better, one per goal; nil without a number for each.
  public func losses(of trial: Trial) -> [Double]? { trial.losses(goals) }
}
