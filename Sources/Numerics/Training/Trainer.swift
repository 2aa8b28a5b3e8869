import Memory

/// Trains a two-tower model on samples, epoch after epoch.
///
/// Each epoch has an order of its own (``EpochOrder``), drawn from the seed and the epoch's number, of samples, or of
/// sequences of samples where the model computes those together; dropout is drawn from the seed
/// and the step's number, as are negatives and the noise on times. The same seed gives the same bytes, with any number
/// of threads, in one go or resumed.
package final class Trainer {
  /// The model being trained.
  package let model: TwoTowerModel
  /// How.
  package let options: TrainerOptions
  /// The reports of the epochs done.
  package private(set) var reports: [EpochReport] = []
  /// How many epochs are done.
  package private(set) var epoch = 0
  private let samples: SampleColumns
  /// Which samples are trained on together; nil where each is by itself.
  private let sequences: TrainingSequences?
  private let optimizer: Optimizer
  /// Two, which take turns: one batch is gathered while the other is trained on.
  private let assemblers: [BatchAssembler]
  private let miner: HardNegativeMiner?
  /// The trainers of an ensemble's models, each with a seed of its own; empty for a single model.
  private let members: [Trainer]
  private var seconds = 0.0
  /// The steps that the optimiser had made when this training began.
  private var earlierSteps = 0

  /// Makes a trainer of `model`, at the beginning.
  /// - Throws: `TrainingError.invalid`, or `ModelError.input` where samples do not fit the model; `FileError` where there is
  ///   no room for what the optimiser remembers of tables.
  package init(model: TwoTowerModel, samples: SampleColumns, options: TrainerOptions) throws {
    try options.validate()
    try samples.validate(for: model.shape)
    try Self.checkForm(model.shape, options)
    guard model.shape.pooling != .transformer || options.sides == .queries else {
      throw TrainingError.invalid(Self.symmetricSequences)
    }
    self.model = model
    self.samples = samples
    self.options = options
    members = try model.members.enumerated().map { place, member in
      var own = options
      own.seed = TwoTowerModel.seed(options.seed, ofMember: place)
      return try Trainer(model: member, samples: samples, options: own)
    }
    let isAlone = members.isEmpty
    optimizer = Optimizer(
      options.optimizer,
      parameters: isAlone ? model.parameters : [],
      tables: model.tableMemory
    )
    try model.tableMemory.check()
    let queue = options.queue.flatMap { settings in
      isAlone ? Self.queue(settings, samples, model.shape, options) : nil
    }
    let sequences =
      model.shape.pooling == .transformer
      ? TrainingSequences(samples.histories, maxSeqLen: model.shape.maxSeqLen) : nil
    self.sequences = sequences
    assemblers =
      isAlone
      ? (0..<2).map { _ in
        BatchAssembler(samples, shape: model.shape, options: options, queue: queue, sequences: sequences)
      } : []
    miner = isAlone ? HardNegativeMiner(samples, model: model, options: options, sequences: sequences) : nil
    try Self.checkCategories(model.shape, samples, options)
    guard stepsInEpoch > 0 else {
      throw TrainingError.invalid(
        samples.count == 0
          ? "there are no training samples"
          : "a whole batch needs \(options.batchSize) samples, there are \(samples.count)"
      )
    }
  }

  private static func checkForm(_ shape: TwoTowerShape, _ options: TrainerOptions) throws {
    let problem = options.form.problem(
      shape.similarity,
      learnsTemperature: shape.learnsTemperature,
      isSigned: shape.hasSignedScores
    )
    if let problem { throw TrainingError.invalid(problem) }
    if shape.learnsTrend, let problem = options.trendProblem { throw TrainingError.invalid(problem) }
  }
  /// Why a transformer takes no symmetric softmax.
  package static let symmetricSequences =
    "a transformer is trained on whole sequences, whose targets stand in one batch, and a symmetric softmax cannot leave "
    + "those of a query's own sequence out; use a loss from query to item, for example 'sampled_softmax'"

  private static func checkCategories(
    _ shape: TwoTowerShape,
    _ samples: SampleColumns,
    _ options: TrainerOptions
  ) throws {
    guard shape.usesCategory, options.negatives != .batch, samples.categoryOfItem.isEmpty else { return }
    throw TrainingError.invalid("candidates other than the targets need the category of every item")
  }

  /// How many steps an epoch has, of all models of an ensemble together.
  package var stepsInEpoch: Int {
    guard members.isEmpty else { return members.reduce(0) { $0 + $1.stepsInEpoch } }
    return Self.steps(samples, options)
  }

  private static func steps(_ samples: SampleColumns, _ options: TrainerOptions) -> Int {
    let whole = samples.count / options.batchSize
    return options.keepsLastPartialBatch && samples.count % options.batchSize > 0 ? whole + 1 : whole
  }

  private static func queue(
    _ settings: QueueOptions,
    _ samples: SampleColumns,
    _ shape: TwoTowerShape,
    _ options: TrainerOptions
  ) -> CrossBatchQueue {
    CrossBatchQueue(
      settings,
      batchSize: min(options.batchSize, max(1, samples.count)),
      width: shape.vectorDimension,
      stepsInEpoch: steps(samples, options)
    )
  }

  /// The share of the time of training that went into mining hard negatives; nil where none are mined.
  package var miningShare: Double? {
    guard members.isEmpty else {
      let shares = members.compactMap(\.miningShare)
      return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }
    return miner.map { seconds > 0 ? $0.seconds / seconds : 0 }
  }

  /// Trains the epochs that are left.
  /// - Throws: `TrainingError.lossNotFinite`, and what the observer throws. After either the model is as the last
  ///   step left it.
  package func run(_ observer: TrainingObserver = TrainingObserver()) throws {
    let clock = ContinuousClock()
    while epoch < options.epochs {
      let start = clock.now
      let report = try members.isEmpty ? trainEpoch(observer) : trainMembers(observer)
      seconds += (clock.now - start) / .seconds(1)
      reports.append(report)
      epoch += 1
      if case .stop = try observer.onEpoch(report, model) { return }
    }
  }

  /// Takes every model of an ensemble through an epoch, one after another; the report is the mean of theirs.
  private func trainMembers(_ observer: TrainingObserver) throws -> EpochReport {
    var reports: [EpochReport] = []
    for (place, member) in members.enumerated() {
      var own = observer
      own.onEpoch = { _, _ in .stop }
      own.onStep = { [stepsInEpoch] report in
        observer.onStep(
          StepReport(
            epoch: report.epoch,
            step: place * report.stepsInEpoch + report.step,
            stepsInEpoch: stepsInEpoch,
            loss: report.loss,
            meanLoss: report.meanLoss,
            chanceLoss: report.chanceLoss,
            learningRate: report.learningRate
          )
        )
      }
      try member.run(own)
      reports += member.reports.suffix(1)
    }
    return EpochReport(epoch: epoch + 1, meanOf: reports)
  }

  private func trainEpoch(_ observer: TrainingObserver) throws -> EpochReport {
    var generator = NumpyGenerator(seed: options.seed, stream: "order/\(epoch + 1)")
    let order =
      sequences?.order(block: options.shuffleBlock, from: &generator)
      ?? EpochOrder.draw(samples.count, block: options.shuffleBlock, from: &generator)
    defer { optimizer.catchUpAll(on: model.compute) }
    return try samples.histories.clicks.withUnsafeBufferPointer { clicks in
      try trainEpoch(order, clicks, observer)
    }
  }

  private func trainEpoch(
    _ order: [Int32],
    _ clicks: UnsafeBufferPointer<Int32>,
    _ observer: TrainingObserver
  ) throws -> EpochReport {
    var running = RunningLoss()
    var (rate, hardNegatives) = (0.0, 0)
    var next: TwoTowerBatch?
    for step in 0..<stepsInEpoch {
      try observer.checkCancellation()
      if miner?.isDue(epoch: epoch + 1, step: step) == true { optimizer.catchUpAll(on: model.compute) }
      try miner?.mineIfDue(order, epoch: epoch + 1, step: step, checkpoint: observer.checkCancellation)
      let batch = next ?? gather(step, of: order, clicks)
      hardNegatives += assembler(of: step).hardNegativeCount
      rate = options.learningRate * scheduleFactor
      let loss = try trainStep(batch, learningRate: rate, step: step) {
        next = isKnown(step + 1) ? gather(step + 1, of: order, clicks) : nil
      }
      let chance = batch.chanceLoss(of: model.shape)
      running.add(loss: loss, samples: batch.queries.count, chance: chance)
      observer.onStep(
        StepReport(
          epoch: epoch + 1,
          step: step + 1,
          stepsInEpoch: stepsInEpoch,
          loss: loss,
          meanLoss: running.mean,
          chanceLoss: running.meanChance,
          learningRate: rate
        )
      )
    }
    return EpochReport(
      epoch: epoch + 1,
      meanLoss: running.mean,
      chanceLoss: running.meanChance,
      learningRate: rate,
      hardNegatives: Double(hardNegatives) / Double(stepsInEpoch)
    )
  }

  /// Whether the batch of step `step` can be gathered before the step ahead of it is done: not where there is none, and
  /// not where its candidates are mined first.
  private func isKnown(_ step: Int) -> Bool {
    step < stepsInEpoch && miner?.isDue(epoch: epoch + 1, step: step) != true
  }

  private func assembler(of step: Int) -> BatchAssembler { assemblers[step % assemblers.count] }

  private func gather(_ step: Int, of order: [Int32], _ clicks: UnsafeBufferPointer<Int32>) -> TwoTowerBatch {
    let start = step * options.batchSize
    let steps = epoch * stepsInEpoch + step
    var batch = assembler(of: step).batch(
      order[start..<min(start + options.batchSize, order.count)],
      of: clicks,
      step: steps,
      mined: miner?.items(ofStep: step) ?? MinedItems()
    )
    batch.dropout = DropoutKey(seed: options.seed, step: steps)
    return batch
  }

  /// Trains on `batch`; `besides` gathers the next one meanwhile.
  private func trainStep(
    _ batch: TwoTowerBatch,
    learningRate: Double,
    step: Int,
    besides: () -> Void
  ) throws -> Double {
    let compute = model.compute
    model.compute = compute.multiplying(in: options.precision)
    let loss = model.forwardBackward(
      batch,
      beforeReading: { optimizer.catchUpTouched(on: model.compute) },
      besides: besides
    )
    model.compute = compute
    guard loss.isFinite else {
      let before = epoch * stepsInEpoch
      throw TrainingError.lossNotFinite(
        epoch: epoch + 1,
        batch: step + 1,
        step: before + step + 1,
        loss: loss
      )
    }
    optimizer.step(learningRate: learningRate, clipNorm: options.clipNorm, on: model.compute)
    return loss
  }

  private var scheduleFactor: Double {
    options.schedule.factor(
      step: optimizer.steps - earlierSteps + 1,
      of: stepsInEpoch * (options.scheduleEpochs ?? options.epochs)
    )
  }
}

extension Trainer {
  /// Looks for weights that are no finite numbers, at the end of an epoch: the last step may have made them so, or one after
  /// which nothing read them, and no loss tells of them.
  /// - Throws: `TrainingError.weightNotFinite` with the first.
  package func checkWeights() throws(TrainingError) {
    for weights in model.weights {
      let elements = weights.matrix.elements
      if elements.allSatisfy(\.isFinite) { continue }
      guard let place = elements.firstIndex(where: { !$0.isFinite }) else { continue }
      throw .weightNotFinite(
        epoch: epoch,
        step: epoch * stepsInEpoch,
        name: weights.name,
        row: place / max(1, weights.matrix.columns),
        value: elements[place]
      )
    }
  }

  /// The state after the last epoch; weights are the model's own matrices, not copies. To be taken at the end of
  /// an epoch.
  /// - Throws: `FileError` where there is no room for a copy of what the optimiser remembers.
  package var state: TrainingState {
    get throws {
      guard members.isEmpty else {
        return TrainingState(try members.map { try $0.state }, epoch: epoch, reports: reports)
      }
      return TrainingState(
        epoch: epoch,
        step: optimizer.steps - earlierSteps,
        reports: reports,
        weights: model.weights,
        optimizer: try optimizer.export()
      )
    }
  }

  /// Goes on from `state`, which a trainer of the same model, samples and options gave.
  /// - Throws: `TrainingError.stateDoesNotFit` or `ModelError.weights`; the trainer is then of no further use.
  package func restore(_ state: TrainingState) throws {
    guard state.epoch >= 0, state.reports.count == state.epoch, state.step == state.epoch * stepsInEpoch
    else {
      throw TrainingError.stateDoesNotFit(
        "\(state.epoch) epochs have \(state.epoch * stepsInEpoch) steps here, the saved state has \(state.step)"
      )
    }
    guard members.isEmpty else {
      for (place, member) in members.enumerated() {
        try member.restore(state.member(place, of: members.count))
      }
      (reports, epoch) = (state.reports, state.epoch)
      return
    }
    try model.load(state.weights)
    try optimizer.restore(state.optimizer, steps: earlierSteps + state.step)
    reports = state.reports
    epoch = state.epoch
  }

  /// What the optimiser remembers, and of how many steps; to be taken at the end of an epoch.
  /// Those of an ensemble are called as its weights are, and each of its models made so many steps.
  /// - Throws: `FileError` where there is no room for a copy.
  package var optimizerState: (states: [OptimizerState], steps: Int) {
    get throws {
      guard let first = members.first else { return (try optimizer.export(), optimizer.steps) }
      let states = try members.enumerated().flatMap { place, member in
        try member.optimizer.export().map { state in
          var state = state
          state.parameter = TwoTowerModel.prefix(ofMember: place) + state.parameter
          return state
        }
      }
      return (states, first.optimizer.steps)
    }
  }

  /// Begins with what an optimiser of the same kind remembered after `steps` steps of an earlier training; the learning rate
  /// moves as from the start. To be called before the first epoch.
  /// - Throws: `TrainingError.stateDoesNotFit`; the trainer is then of no further use.
  package func begin(with states: [OptimizerState], after steps: Int) throws {
    precondition(epoch == 0, "an optimiser's state is taken over before the first epoch")
    guard steps >= 0 else { throw TrainingError.stateDoesNotFit("the saved state is of \(steps) steps") }
    guard members.isEmpty else {
      for (place, member) in members.enumerated() {
        try member.begin(with: TwoTowerModel.own(place, states, \.parameter), after: steps)
      }
      return
    }
    try optimizer.restore(states, steps: steps)
    earlierSteps = steps
  }
}
