/// Whether a trial of a study ends after a value on the way: what its pruner says, by first seeds, and never at the last epoch.
struct StoppingRule {
  /// The study's pruner.
  let pruner: any Pruner
  /// What trials tell on the way.
  let goal: Goal
  /// The epochs of the trial's whole training, from 1.
  let epochs: Int

  /// Why `trial` should end after its last value; nil where it goes on.
  ///
  /// After the last epoch nothing is saved, and the trial has its value: it keeps it. Settings are judged on their first seed,
  /// all on the same, as a lucky one of several stands for nothing; a setting that was stopped there is stopped on the others.
  func reason(for trial: Trial, among all: [Trial]) -> String? {
    if let last = trial.intermediates.map(\.step).max(), last >= epochs { return nil }
    guard trial.repetition == 0 else {
      let first = all.first { $0.group == trial.group && $0.repetition == 0 }
      return first?.state == .pruned ? "its setting was stopped on the first seed" : nil
    }
    let others = all.filter { $0.number != trial.number && $0.repetition == 0 }
    if case .prune(let reason) = pruner.verdict(on: trial, among: others, goal: goal) { return reason }
    return nil
  }
}
