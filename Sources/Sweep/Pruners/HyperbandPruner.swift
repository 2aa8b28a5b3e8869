import Report

/// Several successive halvings side by side, which differ in how early they begin.
///
/// Each trial belongs to one bracket, by its group's number; it is compared only with trials of its bracket.
///
/// Source: L. Li et al., "Hyperband", JMLR 18, 2018, algorithm 1, with asynchronous brackets as in Optuna, whose
/// shares of the trials these are. Departure: the hash of the trial's number is SplitMix64's, keyed by a seed, not
/// the CRC of the study's name.
package struct HyperbandPruner: Pruner {
  /// The brackets, the one that begins earliest first.
  package let brackets: [HalvingPruner]
  /// The brackets' shares of the trials, as whole numbers.
  package let budgets: [Int]
  private let seed: UInt64

  /// Makes a pruner for trials of `maxIter` epochs.
  package init(minIter: Int = 1, maxIter: Int, eta: Int = 3, seed: UInt64 = 0) {
    precondition(minIter >= 1 && maxIter >= minIter && eta >= 2, "needs 1 <= minIter <= maxIter and eta >= 2")
    // floor(log(maxIter / minIter) to base eta) + 1, in whole numbers: logarithms miss 3^3 = 27.
    var count = 1
    var ratio = maxIter / minIter
    while ratio >= eta {
      ratio /= eta
      count += 1
    }
    brackets = (0..<count).map { HalvingPruner(minIter: minIter, maxIter: maxIter, eta: eta, start: $0) }
    budgets = (0..<count).map { bracket in
      let halvings = count - 1 - bracket
      let trials = count * (0..<halvings).reduce(1) { power, _ in power * eta }
      return (trials + halvings) / (halvings + 1)
    }
    self.seed = seed
  }

  /// The bracket of `trial`, the same for all trials of its group.
  package func bracket(of trial: Trial) -> Int {
    var stream = RandomStream(seed: seed, number: trial.group, parameter: 0)
    var place = Int(stream.next() % UInt64(budgets.reduce(0, +)))
    for (bracket, budget) in budgets.enumerated() {
      if place < budget { return bracket }
      place -= budget
    }
    return budgets.count - 1
  }

  /// The verdict of the trial's bracket.
  package func verdict(on trial: Trial, among history: [Trial], goal: Goal) -> PruneVerdict {
    let bracket = bracket(of: trial)
    let rivals = history.filter { self.bracket(of: $0) == bracket }
    return brackets[bracket].verdict(on: trial, among: rivals, goal: goal)
  }
}
