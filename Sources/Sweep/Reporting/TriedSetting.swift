import Notebook

/// One assignment with all its trials.
struct TriedSetting {
  /// The number of its first trial.
  let group: Int
  /// The chosen values.
  let assignment: Assignment
  /// Its trials, ascending by number.
  let trials: [Trial]
  /// The first goal over the trials that completed with a number.
  let summary: Summary
  /// The mean of each goal over these trials; not a number where none has it.
  let means: [Double]

  init(group: Int, trials: [Trial], goals: Int) {
    self.group = group
    self.trials = trials
    assignment = trials.first?.assignment ?? [:]
    // One that was stopped on some of its seeds has no mean that could be compared.
    let complete = trials.contains { $0.state == .pruned } ? [] : trials.filter { $0.state == .complete }
    summary = Summary(complete.compactMap { $0.firstValue })
    means = (0..<goals).map { goal in
      Summary(complete.compactMap { trial in trial.values.flatMap { goal < $0.count ? $0[goal] : nil } }).mean
    }
  }
}

extension TriedSetting {
  /// All settings of `trials`, ascending by number.
  static func all(of trials: [Trial], goals: Int) -> [TriedSetting] {
    Dictionary(grouping: trials, by: \.group).sorted { $0.key < $1.key }.map { group, trials in
      TriedSetting(group: group, trials: trials.sorted { $0.number < $1.number }, goals: goals)
    }
  }

  /// Those with a value of the first goal, best first.
  static func ranked(_ settings: [TriedSetting], by goal: Goal) -> [TriedSetting] {
    settings.filter { $0.summary.count > 0 }
      .sorted { (goal.loss($0.summary.mean), $0.group) < (goal.loss($1.summary.mean), $1.group) }
  }
}

extension Trial {
  /// The first goal's value where the trial completed with a number.
  var firstValue: Double? {
    guard state == .complete, let value = values?.first, value.isFinite else { return nil }
    return value
  }

  /// Intermediate values that are numbers, ascending by step.
  var curve: [Intermediate] { intermediates.filter(\.value.isFinite) }
}
