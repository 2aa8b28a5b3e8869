/// One measure of a list beside the same of another list for the same users.
package struct PairedComparison: Sendable, Equatable {
  /// How much higher the list's mean is.
  package var difference: Double
  /// The paired bootstrap's interval of it; nil without resamples.
  package var interval: ConfidenceInterval?
  /// The p-value of the paired randomisation test; nil without permutations.
  package var pValue: Double?

  /// Compares the list at place `list` of `scores` with the one at `other`; nil where `metric` at `k` was not
  /// measured.
  /// - Parameter bootstrap: the resampled means of `scores`.
  package init?(
    _ metric: RankingMetric,
    at k: Int,
    of list: Int,
    over other: Int,
    in scores: [RankingScores],
    bootstrap: BootstrapMeans?,
    _ options: BootstrapOptions
  ) {
    guard let own = scores[list].perUser(metric, at: k), let others = scores[other].perUser(metric, at: k),
      let mean = scores[list].mean(metric, at: k), let otherMean = scores[other].mean(metric, at: k)
    else { return nil }
    difference = mean - otherMean
    interval = bootstrap?.difference(metric, at: k, of: list, over: other)
    guard options.samples > 0 else { return }
    pValue = RandomizationTest(zip(own, others).map { $0 - $1 })
      .pValue(permutations: options.samples, seed: options.seed)
  }

  /// Whether the difference is more than luck: the test would show one as large with less than this probability
  /// if there was none.
  package func isMoreThanLuck(atLevel level: Double) -> Bool? { pValue.map { $0 < 1 - level } }
}
