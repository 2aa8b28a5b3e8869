/// How a model is trained. The defaults are the notebook's.
package struct TrainerOptions: Sendable, Equatable {
  /// Samples a step, 1 or more.
  package var batchSize = 1_024
  /// Passes over all samples.
  package var epochs = 3
  /// Over how many epochs the learning rate moves, where that is not the number that is trained; at least as many.
  package var scheduleEpochs: Int?
  /// What moves the weights.
  package var optimizer = OptimizerSettings.adam()
  /// The full learning rate.
  package var learningRate = 2e-4
  /// How the learning rate moves.
  package var schedule = LearningRateSchedule()
  /// The largest L2 norm of all gradients together; nil for no clipping.
  package var clipNorm: Double?
  /// Softmax or pairwise ranking.
  package var form = LossForm.softmax
  /// The numbers of that loss; the power of a target's probability is found from `calibration`.
  package var numbers = LossNumbers()
  /// How far the generalised binary cross-entropy undoes that a target is likelier among the candidates than among all
  /// items, 0 ... 1.
  package var calibration = 0.75
  /// One direction or symmetric.
  package var sides = SoftmaxSides.symmetric
  /// What each query's own target is told apart from.
  package var negatives = Negatives.batch
  /// Which items that the model ranks high are candidates too; nil for none. In a pool they take the place of uniform
  /// items.
  package var hardNegatives: HardNegativeOptions?
  /// Which item vectors of earlier batches are candidates too; nil for none.
  package var queue: QueueOptions?
  /// How many of the items that were shown with its target and not clicked each sample is told apart from, at most, beside
  /// the candidates that all see; 0 for none.
  package var impressionsPerSample = 0
  /// Whether -log q is added to candidates' logits, q the chance that a step has them among its candidates; nil for none.
  package var correction: SamplingCorrection?
  /// Whether a query does not see the items of its own history among the candidates.
  package var masksHistory = false
  /// The standard deviation of the noise on the times of requests, in hours.
  package var timeNoiseHours = 0.0
  /// What order and dropout are drawn from, 0 or more. (The model has its own seed.)
  package var seed = 42
  /// What factors of the matrix products of a step are rounded to. Sums, weights, moments and losses are in Float32, and so
  /// is all that is measured or searched on the way.
  package var precision = Precision.float32
  /// How many samples are put in a drawn order at a time, at least a batch; nil for all of an epoch.
  package var shuffleBlock: Int?
  /// Whether the last, smaller batch of an epoch is trained too, as Keras does.
  package var keepsLastPartialBatch = true

  /// What each query's own target is told apart from.
  package enum Negatives: Sendable, Equatable {
    /// The targets of the batch, one candidate a sample, as in the notebook.
    case batch
    /// The distinct targets of the batch.
    case distinctTargets
    /// The distinct targets of the batch, and other items of the training clicks, drawn uniformly without
    /// replacement until there are `size` candidates (or no items are left).
    case pool(size: Int)
  }

  /// Makes the notebook's options.
  package init() {}

  /// Why a model that counts recent clicks cannot be trained so; nil where it can.
  package var trendProblem: String? {
    if sides == .symmetric {
      return
        "recent clicks ('trend_hours' in 'model') are added to what each query gives candidates, and a symmetric softmax asks "
        + "candidates for queries too; use a loss from query to item, for example 'sampled_softmax'"
    }
    guard !form.usesTemperature else { return nil }
    return
      "the loss '\(form.rawValue)' is one of cosines, and recent clicks ('trend_hours' in 'model') are added to logits; use "
      + "another loss, for example 'sampled_softmax'"
  }

  /// Checks that a training can be made.
  /// - Throws: `TrainingError.invalid` with what was expected, then what came.
  package func validate() throws {
    func require(_ holds: Bool, _ message: @autoclosure () -> String) throws {
      guard holds else { throw TrainingError.invalid(message()) }
    }
    try require(batchSize >= 1, "the batch size must be at least 1, got \(batchSize)")
    try require(epochs >= 0, "the number of epochs must be at least 0, got \(epochs)")
    try require(
      scheduleEpochs.map { $0 >= epochs } ?? true,
      "the learning rate must move over \(epochs) epochs at least, got \(scheduleEpochs ?? 0)"
    )
    try require(
      learningRate >= 0 && learningRate.isFinite,
      "the learning rate must be finite and at least 0, got \(learningRate)"
    )
    try require(clipNorm.map { $0 > 0 } ?? true, "the clip norm must be above 0, got \(clipNorm ?? 0)")
    try require(
      sides == .queries || (negatives == .batch && !masksHistory),
      "a symmetric softmax pairs each query with one candidate of its own: it takes no merged targets, no pool "
        + "and no masked history"
    )
    try require(
      form.canBeSymmetric || sides == .queries,
      "the loss '\(form.rawValue)' is taken from query to item only"
    )
    try numbers.validate()
    try require(
      calibration >= 0 && calibration <= 1,
      "the calibration must lie in 0 ... 1, got \(calibration)"
    )
    try correction?.validate(form, negatives)
    if case .pool(let size) = negatives {
      try require(
        size >= batchSize,
        "the pool must hold the batch's targets: at least \(batchSize), got \(size)"
      )
    }
    try hardNegatives?.validate(negatives)
    try queue?.validate(self)
    try require(
      impressionsPerSample >= 0,
      "the number of shown items a sample must be at least 0, got \(impressionsPerSample)"
    )
    try require(
      impressionsPerSample == 0 || negatives != .batch,
      "shown items join candidates that all queries share: they take merged targets or a pool"
    )
    try require(
      timeNoiseHours >= 0 && timeNoiseHours.isFinite,
      "the noise on times must be finite and at least 0, got \(timeNoiseHours)"
    )
    try require(
      shuffleBlock.map { $0 >= batchSize } ?? true,
      "samples are shuffled in blocks that hold a batch: at least \(batchSize), got \(shuffleBlock ?? 0)"
    )
    if let problem = precision.problem { throw TrainingError.invalid(problem) }
    try require(seed >= 0, "the seed must be at least 0, got \(seed)")
  }
}
