/// Tries all combinations in written order, the last parameter moving fastest.
///
/// Parameters that do not count are left out, so that no combination comes twice. The next trial is the first
/// combination that no trial of the history has, whatever became of it.
package struct GridSampler: Sampler {
  /// Makes a sampler.
  package init() {}

  /// The first combination that was not tried, or nil after the last, or where a parameter has no grid.
  package func propose(_ request: SamplingRequest) -> Assignment? {
    guard unsupported(request.space).isEmpty else { return nil }
    let walk = GridWalk(request.space)
    let tried = Set(request.history.map(\.assignment))
    // Trials so far cover at most as many combinations, so the search ends.
    for index in 0...request.history.count {
      guard let assignment = walk.assignment(index) else { return nil }
      if !tried.contains(assignment) { return assignment }
    }
    return nil
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
