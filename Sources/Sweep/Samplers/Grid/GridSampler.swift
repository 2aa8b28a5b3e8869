/// Tries all combinations, in written order with the last parameter moving fastest, or spread over the grid.
///
/// Parameters that do not count are left out, so that no combination comes twice. The next trial is the first
/// combination that no trial of the history has, whatever became of it.
package struct GridSampler: Sampler {
  /// Whether combinations come in strides over the whole grid: what its beginning says of the rest holds for all of it then.
  let isSpread: Bool

  /// Makes a sampler.
  package init(isSpread: Bool = false) { self.isSpread = isSpread }

  /// The first combination that was not tried, or nil after the last, or where a parameter has no grid.
  package func propose(_ request: SamplingRequest) -> Assignment? {
    guard unsupported(request.space).isEmpty else { return nil }
    return untried(request.space, Set(request.history.map(\.assignment)), count: 1).first
  }

  /// The next `count` combinations that are not among `tried`, or as many as there are.
  func untried(_ space: SearchSpace, _ tried: Set<Assignment>, count: Int) -> [Assignment] {
    let walk = GridWalk(space)
    let all = walk.count
    let stride = isSpread ? GridStride(all) : nil
    var untried: [Assignment] = []
    // What was tried covers at most as many combinations, so the search ends.
    var number = 0
    while untried.count < count, number < all {
      guard let next = walk.assignment(stride?.place(number) ?? number) else { break }
      if !tried.contains(next) { untried.append(next) }
      number += 1
    }
    return untried
  }

  /// The number of combinations, at most `Int.max`; 0 where a parameter has no grid.
  package func count(_ space: SearchSpace) -> Int {
    unsupported(space).isEmpty ? GridWalk(space).count : 0
  }

  /// The names of the parameters that have no grid: real ones without a step, and normal ones.
  package func unsupported(_ space: SearchSpace) -> [String] {
    space.parameters.filter { GridWalk.values(of: $0.distribution) == nil }.map(\.name)
  }
}
