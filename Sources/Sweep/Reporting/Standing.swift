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
    let settings = Dictionary(grouping: trials, by: \.group).map { group, members in
      (group, TriedSetting(group: group, trials: members, goals: 1), members)
    }
    return settings.filter { _, setting, members in
      setting.summary.count > 0 && !members.contains { $0.state == .running || $0.state == .waiting }
    }
    .map { group, setting, _ in
      Standing(setting: group, value: setting.summary.mean, seeds: setting.summary.count)
    }
    .sorted { (goal.loss($0.value), $0.setting) < (goal.loss($1.value), $1.setting) }
  }
}
