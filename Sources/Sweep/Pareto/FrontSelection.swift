/// The choice of the best of several points with several losses each.
enum FrontSelection {
  /// The positions of the `count` best points: whole fronts, then from the next those that add most hypervolume.
  ///
  /// Source: Y. Ozaki et al., "Multiobjective Tree-Structured Parzen Estimator", JAIR 73, 2022; the greedy
  /// choice is by A. P. Guerreiro et al., "Greedy Hypervolume Subset Selection in Low Dimensions",
  /// Evolutionary Computation 24, 2016.
  static func best(_ losses: [[Double]], count: Int) -> [Int] {
    let ranks = ParetoFront.ranks(losses)
    var chosen: [Int] = []
    for rank in 0...(ranks.max() ?? 0) {
      let front = ranks.indices.filter { ranks[$0] == rank }
      if chosen.count + front.count > count {
        let picks = spread(front.map { losses[$0] }, count: count - chosen.count)
        return (chosen + picks.map { front[$0] }).sorted()
      }
      chosen += front
    }
    return chosen.sorted()
  }

  /// The positions of `count` points that, one by one, add most hypervolume.
  static func spread(_ points: [[Double]], count: Int) -> [Int] {
    let reference = reference(points)
    guard reference.allSatisfy(\.isFinite) else { return Array(points.indices.prefix(count)) }
    var left = Array(points.indices)
    var chosen: [Int] = []
    while chosen.count < count, !left.isEmpty {
      let base = chosen.map { points[$0] }
      let volumes = left.map { ParetoFront.hypervolume(base + [points[$0]], reference: reference) }
      let best = volumes.indices.reduce(0) { volumes[$1] > volumes[$0] ? $1 : $0 }
      chosen.append(left.remove(at: best))
    }
    return chosen
  }

  /// A point a tenth beyond the worst loss of each goal, as Optuna has it.
  private static func reference(_ points: [[Double]]) -> [Double] {
    (points.first ?? []).indices.map { goal in
      let worst = points.map { $0[goal] }.max() ?? 0
      let beyond = max(1.1 * worst, 0.9 * worst)
      return beyond == 0 ? 1e-12 : beyond
    }
  }
}
