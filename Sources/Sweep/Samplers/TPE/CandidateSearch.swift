/// The choice of values for parameters that are drawn together.
struct CandidateSearch {
  /// The parameters; all count in the same trials.
  let parameters: [Parameter]
  /// The better and the worse trials.
  let split: TrialSplit
  /// The number of goals.
  let goals: Int
  /// The numbers of the estimator.
  let options: TPESampler.Options

  /// The best candidate's values, in the order of the parameters.
  func best(_ stream: inout RandomStream) -> [Double] {
    let open = parameters.filter { !$0.distribution.isSingle }
    let chosen = open.isEmpty ? [] : bestOpen(open, &stream)
    var rest = chosen[...]
    return parameters.map { parameter in
      parameter.distribution.isSingle ? parameter.distribution.value(at: 0.5) : rest.removeFirst()
    }
  }

  private func bestOpen(_ open: [Parameter], _ stream: inout RandomStream) -> [Double] {
    // With several goals the better trials are equals; age says nothing about them.
    let below = estimator(open, of: split.below, isFlat: goals > 1)
    let above = estimator(open, of: split.above, isFlat: false)
    var best = below.draw(&stream)
    var bestRatio = below.logDensity(best) - above.logDensity(best)
    for _ in 1..<max(options.candidates, 1) {
      let candidate = below.draw(&stream)
      let ratio = below.logDensity(candidate) - above.logDensity(candidate)
      if ratio > bestRatio || bestRatio.isNaN { (best, bestRatio) = (candidate, ratio) }
    }
    return best
  }

  private func estimator(_ open: [Parameter], of trials: [Trial], isFlat: Bool) -> ParzenEstimator {
    let rows = trials.compactMap { trial -> [Double]? in
      let row = open.compactMap { parameter in
        trial.assignment[parameter.name].flatMap { parameter.distribution.admits($0) ? $0 : nil }
      }
      return row.count == open.count ? row : nil
    }
    let weights =
      isFlat ? [Double](repeating: 1, count: rows.count) : ParzenEstimator.ageWeights(rows.count)
    return ParzenEstimator(
      rows,
      weights: weights,
      distributions: open.map(\.distribution),
      priorWeight: options.priorWeight
    )
  }
}
