/// Trials that no other trial beats in every goal.
package enum ParetoFront {
  /// The complete trials that no other beats, in the order given.
  ///
  /// A trial beats another that it equals or betters in every goal and betters in one. Trials that gave NaN are
  /// left out; equal ones are all kept.
  package static func trials(_ trials: [Trial], goals: [Goal]) -> [Trial] {
    let judged = trials.compactMap { trial in trial.losses(goals).map { (trial: trial, losses: $0) } }
    return judged.filter { one in !judged.contains { beats($0.losses, one.losses) } }.map(\.trial)
  }

  /// Whether losses `one` are nowhere above `other` and somewhere below.
  package static func beats(_ one: [Double], _ other: [Double]) -> Bool {
    var isBelow = false
    for (mine, theirs) in zip(one, other) {
      if mine > theirs { return false }
      if mine < theirs { isBelow = true }
    }
    return isBelow
  }

  /// The front each of `losses` is on: 0 where none beats it, 1 where only those of front 0 do, and so on.
  ///
  /// Source: K. Deb et al., "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", IEEE Trans. Evol. Comput.
  /// 6, 2002, section III A.
  package static func ranks(_ losses: [[Double]]) -> [Int] {
    var ranks = [Int](repeating: 0, count: losses.count)
    var left = Array(losses.indices)
    var rank = 0
    while !left.isEmpty {
      let front = left.filter { one in !left.contains { beats(losses[$0], losses[one]) } }
      let members = Set(front)
      for index in front { ranks[index] = rank }
      left.removeAll { members.contains($0) }
      rank += 1
    }
    return ranks
  }

  /// The volume that `points` (losses, one per goal) cover of the box below `reference`; an area for two goals.
  ///
  /// Points that are not below the reference in every goal add nothing. More than two goals are cut into slices
  /// along the last one, which takes long for many points of many goals.
  package static func hypervolume(_ points: [[Double]], reference: [Double]) -> Double {
    let inside = points.filter { point in
      point.count == reference.count && zip(point, reference).allSatisfy { $0 < $1 }
    }
    guard !inside.isEmpty, let end = reference.last else { return 0 }
    if reference.count == 1 { return end - (inside.map { $0[0] }.min() ?? end) }
    if reference.count == 2 { return area(inside, reference: (reference[0], end)) }
    let sorted = inside.sorted { ($0.last ?? 0) < ($1.last ?? 0) }
    return sorted.indices.reduce(0) { sum, index in
      let next = index + 1 < sorted.count ? sorted[index + 1].last ?? end : end
      let depth = next - (sorted[index].last ?? end)
      guard depth > 0 else { return sum }
      let slice = sorted[...index].map { Array($0.dropLast()) }
      return sum + depth * hypervolume(slice, reference: Array(reference.dropLast()))
    }
  }

  private static func area(_ points: [[Double]], reference: (Double, Double)) -> Double {
    var sum = 0.0
    var floor = reference.1
    for point in points.sorted(by: { ($0[0], $0[1]) < ($1[0], $1[1]) }) where point[1] < floor {
      sum += (reference.0 - point[0]) * (floor - point[1])
      floor = point[1]
    }
    return sum
  }
}
