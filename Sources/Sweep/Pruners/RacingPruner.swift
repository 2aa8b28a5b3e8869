import Notebook
import Report

/// Stops a trial that is worse than the best setting was at the same epoch, on the same users.
///
/// The best setting is the one whose complete trials have the best result so far; where settings are repeated with several
/// seeds, trials with the same one are compared. Let d_u be by how much the trial's loss of user u is greater than the
/// other's after the same epoch. The trial is stopped where the lower end of the one-sided Student interval for the mean of
/// d_u is above 0, at a level of `error / (looks · settings)`:
///
/// - `looks` is after how many epochs a trial is looked at, the last one left out, as nothing is saved there;
/// - `settings` is how many complete ones the best was chosen from, since the best of many looks better than it is.
///
/// By Bonferroni's inequality a setting that is nowhere worse than those it is compared with is stopped with a probability
/// of at most `error` in all, however the looks hang together: all of them are at the same users, so that sequences of
/// intervals which suppose new ones with each look (S. Howard et al., "Time-uniform, nonparametric, nonasymptotic confidence
/// sequences", Annals of Statistics 49, 2021) would not hold. What another seed would have found is in no interval.
///
/// Source: O. Maron and A. Moore, "Hoeffding Races", NIPS 1994 (who is worse than the best is out, errors spent over all
/// looks and candidates); M. Birattari et al., "A Racing Algorithm for Configuring Metaheuristics", GECCO 2002 (paired, by
/// instance). Departures: Student's interval in place of Hoeffding's, which for differences of ranking metrics is ten times
/// as wide; the best is chosen by results, not at the epoch, so that who begins fast and ends low stops nobody.
package struct RacingPruner: Pruner {
  /// The first epoch after which a trial can be stopped, from 1.
  package let minIter: Int
  /// The epochs of a whole trial.
  package let maxIter: Int
  /// How likely at most a setting that is no worse is stopped, between 0 and 1.
  package let error: Double
  /// What the results of trials are: by it the best is chosen.
  package let aim: Goal
  /// The values of users after an epoch of a trial, in its metric; nil where they are not known.
  package let units: @Sendable (_ trial: Trial, _ epoch: Int) -> UnitValues?

  /// So many users at least must have two values, or nobody is stopped: Student's interval supposes that the mean of the
  /// differences is about normal, and users who see no difference add nothing to that.
  static let fewestDiffering = 30

  /// Makes a pruner.
  package init(
    minIter: Int,
    maxIter: Int,
    error: Double,
    aim: Goal,
    units: @escaping @Sendable (_ trial: Trial, _ epoch: Int) -> UnitValues?
  ) {
    precondition(minIter >= 1 && error > 0 && error < 1, "needs minIter >= 1 and an error between 0 and 1")
    self.minIter = minIter
    self.maxIter = maxIter
    self.error = error
    self.aim = aim
    self.units = units
  }

  /// After how many epochs a trial is looked at.
  var looks: Int { max(1, maxIter - minIter) }

  /// Compares the trial with the best setting after the trial's last epoch, or after the other's last where it had fewer.
  ///
  /// Nobody is stopped where users' values are not known or are of other users.
  package func verdict(on trial: Trial, among history: [Trial], goal: Goal) -> PruneVerdict {
    guard let last = trial.intermediates.max(by: { $0.step < $1.step }), last.step >= minIter,
      last.step < max(maxIter, minIter + 1)
    else { return .goOn }
    if last.value.isNaN { return .prune(reason: "at epoch \(last.step) \(goal.metric) is not a number") }
    let rivals = history.filter { $0.group != trial.group && aim.result($0) != nil }
    guard let best = best(rivals, beside: trial),
      let epoch = best.intermediates.map(\.step).filter({ $0 <= last.step }).max(),
      let mine = units(trial, last.step), let theirs = units(best, epoch), mine.ids == theirs.ids
    else { return .goOn }
    guard zip(mine.values, theirs.values).count(where: { $0 != $1 }) >= Self.fewestDiffering else {
      return .goOn
    }
    let settings = Set(rivals.map(\.group)).count
    let level = error / Double(looks * settings)
    let interval = PairedInterval(mine.values.map(goal.loss), theirs.values.map(goal.loss), error: 2 * level)
    guard let interval, interval.pairs == mine.ids.count, interval.low > 0 else { return .goOn }
    return .prune(reason: reason(last, goal, best, theirs.mean, interval, settings))
  }

  /// The complete trial of the best setting that has the seed of `trial`, or else its first.
  private func best(_ rivals: [Trial], beside trial: Trial) -> Trial? {
    let groups = Dictionary(grouping: rivals, by: \.group)
    let means = groups.map { group, trials in
      (group: group, loss: trials.compactMap(aim.result).reduce(0, +) / Double(trials.count))
    }
    guard let first = means.min(by: { ($0.loss, $0.group) < ($1.loss, $1.group) }) else { return nil }
    let members = (groups[first.group] ?? []).sorted { $0.number < $1.number }
    return members.first { $0.repetition == trial.repetition } ?? members.first
  }

  private func reason(
    _ last: Trial.Intermediate,
    _ goal: Goal,
    _ best: Trial,
    _ value: Double,
    _ interval: PairedInterval,
    _ settings: Int
  ) -> String {
    "at epoch \(last.step) \(goal.metric) of \(ShortNumber.text(last.value)) is worse than "
      + "\(ShortNumber.text(value)) of trial \(best.number), by \(ShortNumber.text(interval.difference)) and "
      + "surely by \(ShortNumber.text(interval.low)) on the same \(interval.pairs) users "
      + "(error \(ShortNumber.text(error)), shared by \(Words.count(looks, "look")) and \(Words.count(settings, "setting")))"
  }
}

extension Goal {
  /// The result of a complete trial, turned so that smaller is better; nil without a finite number.
  func result(_ trial: Trial) -> Double? {
    guard trial.state == .complete, let value = trial.values?.first, value.isFinite else { return nil }
    return loss(value)
  }
}
