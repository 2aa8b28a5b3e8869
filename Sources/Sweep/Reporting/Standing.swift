import Notebook

/// A setting that went to its end, and its value of the goal: the mean where it was run on several seeds.
package struct Standing: Equatable {
  /// The number of its first trial.
  package var setting: Int
  /// The value.
  package var value: Double
  /// On how many seeds.
  package var seeds: Int

  /// The settings among `trials`, best first; those of which a seed has not ended yet are left out.
  package static func order(of trials: [Trial], _ goal: Goal) -> [Standing] {
    let ended = TriedSetting.all(of: trials, goals: 1).filter { setting in
      !setting.trials.contains { $0.state == .running || $0.state == .waiting }
    }
    return TriedSetting.ranked(ended, by: goal).map {
      Standing(setting: $0.group, value: $0.summary.mean, seeds: $0.summary.count)
    }
  }
}
