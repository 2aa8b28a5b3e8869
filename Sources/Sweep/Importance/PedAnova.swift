/// How much each parameter decides whether a trial is among the best.
///
/// Lays one density over the values of all trials and one over those of the best, and takes the Pearson divergence
/// of the two: a parameter that does not matter has the same values in both.
///
/// Source: S. Watanabe et al., "PED-ANOVA", IJCAI 2023, algorithm 1, with the numbers of Optuna's
/// `PedAnovaImportanceEvaluator`. A parameter that counts only under conditions is judged among the trials that have
/// it, and its divergence weighs a² / b, where a and b are the shares of the best and of all trials that have it
/// ("Conditional PED-ANOVA", arXiv 2601.20800, theorem 4.2); parameters of fewer than two trials have no share.
package struct PedAnova: Sendable {
  /// The share of the trials that count as best; above 0, below `regionQuantile`.
  package let targetQuantile: Double
  /// The share of the trials that they are compared with; 1 for all.
  package let regionQuantile: Double

  /// Makes an analysis.
  package init(targetQuantile: Double = 0.1, regionQuantile: Double = 1) {
    precondition(
      0 < targetQuantile && targetQuantile < regionQuantile && regionQuantile <= 1,
      "needs 0 < targetQuantile < regionQuantile <= 1"
    )
    self.targetQuantile = targetQuantile
    self.regionQuantile = regionQuantile
  }

  /// The parameters that complete trials have, with their shares (sum 1), the largest first.
  ///
  /// Trials without a finite number for each goal are left out. Equal shares where nothing can be told (one
  /// trial, or no difference); empty without trials. Ties keep the space's order.
  package func shares(of trials: [Trial], in space: SearchSpace, goals: [Goal]) -> [(
    name: String, share: Double
  )] {
    let judged = trials.filter { $0.losses(goals)?.allSatisfy(\.isFinite) ?? false }
    let parameters = space.parameters.filter { parameter in
      judged.contains { $0.assignment[parameter.name] != nil }
    }
    let target = best(judged, targetQuantile, goals)
    let region = best(judged, regionQuantile, goals)
    let divergences = parameters.map { divergence($0, target: target, region: region) }
    let sum = divergences.reduce(0, +)
    let shares =
      sum > 0
      ? divergences.map { $0 / sum } : divergences.map { _ in 1 / Double(parameters.count) }
    let order = parameters.indices.sorted { (-shares[$0], $0) < (-shares[$1], $1) }
    return order.map { (name: parameters[$0].name, share: shares[$0]) }
  }

  /// The best share `quantile` of `trials`; with one goal together with those that equal the last of them.
  private func best(_ trials: [Trial], _ quantile: Double, _ goals: [Goal]) -> [Trial] {
    guard quantile < 1, !trials.isEmpty else { return trials }
    let count = Int((quantile * Double(trials.count)).rounded(.up))
    let chosen = TrialSplit.best(trials, count: count, goals: goals)
    guard goals.count == 1, let last = chosen.last, let bound = trials[last].losses(goals)?.first else {
      return chosen.map { trials[$0] }
    }
    return trials.filter { ($0.losses(goals)?.first ?? .infinity) <= bound }
  }

  private func divergence(_ parameter: Parameter, target: [Trial], region: [Trial]) -> Double {
    let distribution = parameter.distribution
    func values(_ trials: [Trial]) -> [Double] {
      trials.compactMap { $0.assignment[parameter.name] }.filter(distribution.admits)
    }
    let (top, all) = (values(target), values(region))
    guard region.count > 1, !distribution.isSingle, all.count > 1, !top.isEmpty else { return 0 }
    let grid = ImportanceGrid(distribution)
    let local = grid.density(all)
    let divergence = zip(grid.density(top), local).reduce(0) { sum, pair in
      let (best, every) = (pair.0 + 1e-12, pair.1 + 1e-12)
      return sum + every * (best / every - 1) * (best / every - 1)
    }
    let (topShare, allShare) = (
      Double(top.count) / Double(target.count), Double(all.count) / Double(region.count)
    )
    return topShare * topShare / allShare * divergence
  }
}
