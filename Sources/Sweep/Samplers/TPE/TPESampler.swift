import Report

/// Draws where good trials are dense and bad ones are not: the tree-structured Parzen estimator.
///
/// Until ten trials have ended it draws at random. Then it splits the trials into the better and the worse ones,
/// lays a Parzen estimator over each, draws candidates from that of the better ones and takes the candidate with
/// the largest ratio of the two densities. Pending trials count among the worse, so that workers keep apart;
/// failed trials, and those that gave no number, are left out.
///
/// Source: J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011, section 4; S. Watanabe,
/// "Tree-Structured Parzen Estimator", arXiv 2304.11127; the details and numbers are those of Optuna's documented
/// `TPESampler`. Departures: choices with given probabilities have these as their prior; normal parameters are
/// estimated by their cumulative, where they are uniform between 0 and 1; with `isMultivariate` the groups come
/// from the space's conditions, not from the trials.
package struct TPESampler: Sampler {
  /// The numbers of the estimator.
  package struct Options: Sendable, Equatable {
    /// Ended trials (complete or pruned) before the estimator takes over from random draws.
    package var startupTrials = 10
    /// Draws of which the best becomes the next trial, at least 1.
    package var candidates = 24
    /// The weight of the prior, one trial weighing at most 1; above 0.
    package var priorWeight = 1.0
    /// Whether parameters under the same conditions are drawn together, so that what they do jointly is seen.
    package var isMultivariate = false

    /// Makes the default options.
    package init() {}
  }

  /// The numbers of the estimator.
  package let options: Options

  /// Makes a sampler.
  package init(_ options: Options = Options()) { self.options = options }

  /// The candidate with the largest ratio of the densities, parameter by parameter or group by group.
  package func propose(_ request: SamplingRequest) -> Assignment? {
    let split = TrialSplit(request.history, goals: request.goals)
    guard split.ended >= max(options.startupTrials, 1) else { return RandomSampler().propose(request) }
    var values = Assignment()
    for (index, parameter) in request.space.parameters.enumerated()
    where values[parameter.name] == nil && request.space.isActive(parameter, beside: values) {
      let group = group(of: parameter, in: request.space)
      var stream = RandomStream(seed: request.seed, number: request.number, parameter: index)
      let search = CandidateSearch(
        parameters: group,
        split: split,
        goals: request.goals.count,
        options: options
      )
      for (member, value) in zip(group, search.best(&stream)) { values[member.name] = value }
    }
    return values
  }

  /// The parameters that are drawn together with `parameter`, in order.
  private func group(of parameter: Parameter, in space: SearchSpace) -> [Parameter] {
    options.isMultivariate ? space.parameters.filter { $0.when == parameter.when } : [parameter]
  }
}
