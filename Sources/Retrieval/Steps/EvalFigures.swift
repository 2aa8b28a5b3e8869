/// All that `eval` finds: what its report shows and its metrics are taken from.
struct EvalFigures {
  /// The model first, then the baselines.
  let rows: [EvalRow]
  /// The model's measures on the clicks held out for validation; nil where these are not measured.
  let validation: RankingScores?
  /// The resampled means of `rows`; nil without resamples.
  let bootstrap: BootstrapMeans?
  /// The same of `validation` alone.
  let validationBootstrap: BootstrapMeans?
  /// The difference in hit rate to each baseline: `[baselines][cutoffs]`.
  let differences: [[PairedComparison]]
  /// What can be found at all.
  let reachability: Reachability
  /// What comes from the future; nil where there are no times.
  let future: FutureClicks?
  /// What is held out, in slices.
  let slicings: [Slicing]

  /// Compares `rows`, all measured by `evaluation`.
  init(
    _ rows: [EvalRow],
    validation: RankingScores?,
    _ evaluation: Evaluation,
    index: IndexArtifact,
    ticksPerSecond: Int64
  ) {
    let options = evaluation.settings.bootstrap
    self.rows = rows
    self.validation = validation
    let scores = rows.map(\.scores)
    let bootstrap = BootstrapMeans(scores, options, threads: evaluation.threads)
    self.bootstrap = bootstrap
    validationBootstrap = validation.flatMap { BootstrapMeans([$0], options, threads: evaluation.threads) }
    differences = rows.indices.dropFirst().map { other in
      evaluation.cutoffs.compactMap { k in
        PairedComparison(.hitRate, at: k, of: 0, over: other, in: scores, bootstrap: bootstrap, options)
      }
    }
    reachability = Reachability(
      evaluation.targets,
      of: evaluation.split.heldOut,
      seen: evaluation.requestHistory,
      index: index,
      catalogue: evaluation.catalogue,
      clicks: evaluation.clicks
    )
    future = FutureClicks(evaluation.split)
    slicings = evaluation.slicings(ticksPerSecond: ticksPerSecond)
  }
}
