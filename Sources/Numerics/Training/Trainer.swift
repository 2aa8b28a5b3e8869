/// Trains a two-tower model on samples, epoch after epoch.
///
/// Each epoch has an order of its own, drawn from the seed and the epoch's number; dropout is drawn from the seed
/// and the step's number, as are negatives and the noise on times. The same seed gives the same bytes, with any number of threads, in one go or resumed.
public final class Trainer {
  /// The model being trained.
  public let model: TwoTowerModel
  /// How.
  public let options: TrainerOptions
  /// The reports of the epochs done.
  public private(set) var reports: [EpochReport] = []
  /// How many epochs are done.
  public private(set) var epoch = 0
  private let samples: SampleColumns
  private let optimizer: Optimizer
  private let assembler: BatchAssembler
  private let miner: HardNegativeMiner?
  private var seconds = 0.0

  /// Makes a trainer of `model`, at the beginning.
  /// - Throws: `TrainingError.invalid`, or `ModelError.input` where samples do not fit the model.
  public init(model: TwoTowerModel, samples: SampleColumns, options: TrainerOptions) throws {
    try options.validate()
    try samples.validate(for: model.shape)
    self.model = model
    self.samples = samples
    self.options = options
    optimizer = Optimizer(options.optimizer, parameters: model.parameters)
    assembler = BatchAssembler(samples, shape: model.shape, options: options)
    miner = HardNegativeMiner(samples, model: model, options: options)
    try Self.checkCategories(model.shape, samples, options)
    guard stepsInEpoch > 0 else {
      throw TrainingError.invalid(
        samples.count == 0
          ? "there are no training samples"
          : "a whole batch needs \(options.batchSize) samples, there are \(samples.count)"
      )
    }
  }

  private static func checkCategories(
    _ shape: TwoTowerShape,
    _ samples: SampleColumns,
    _ options: TrainerOptions
  ) throws {
    guard shape.usesCategory, options.negatives != .batch, samples.categoryOfItem.isEmpty else { return }
    throw TrainingError.invalid("candidates other than the targets need the category of every item")
  }

  /// How many steps an epoch has.
  public var stepsInEpoch: Int {
    let whole = samples.count / options.batchSize
    return options.keepsLastPartialBatch && samples.count % options.batchSize > 0 ? whole + 1 : whole
  }

  /// The share of the time of training that went into mining hard negatives; nil where none are mined.
  public var miningShare: Double? { miner.map { seconds > 0 ? $0.seconds / seconds : 0 } }

  /// Trains the epochs that are left.
  /// - Throws: `TrainingError.lossNotFinite`, and what the observer throws. After either the model is as the last
  ///   step left it.
  public func run(_ observer: TrainingObserver = TrainingObserver()) throws {
    let clock = ContinuousClock()
    while epoch < options.epochs {
      let start = clock.now
      let report = try trainEpoch(observer)
      seconds += (clock.now - start) / .seconds(1)
      reports.append(report)
      epoch += 1
      if case .stop = try observer.onEpoch(report, model) { return }
    }
  }

  private func trainEpoch(_ observer: TrainingObserver) throws -> EpochReport {
    var generator = NumpyGenerator(seed: options.seed, stream: "order/\(epoch + 1)")
    let order = generator.permutation(samples.count)
    var running = RunningLoss()
    var (rate, hardNegatives) = (0.0, 0)
    for step in 0..<stepsInEpoch {
      try observer.checkCancellation()
      let start = step * options.batchSize
      let rows = order[start..<min(start + options.batchSize, order.count)]
      try miner?.mineIfDue(order, epoch: epoch + 1, step: step, checkpoint: observer.checkCancellation)
      rate = options.learningRate * scheduleFactor
      let (loss, candidates) = try trainStep(rows, learningRate: rate, step: step + 1)
      running.add(loss: loss, samples: rows.count, chance: options.form.chance(candidates: candidates))
      hardNegatives += assembler.hardNegativeCount
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

  private func trainStep(_ rows: ArraySlice<Int>, learningRate: Double, step: Int) throws -> (
    loss: Double, candidates: Int
  ) {
    let mined = miner?.items(ofStep: step - 1) ?? MinedItems()
    let (loss, candidates) = assembler.withBatch(
      rows,
      step: optimizer.steps,
      mined: mined
    ) { batch in
      var batch = batch
      batch.dropout = DropoutKey(seed: options.seed, step: optimizer.steps)
      return (model.forwardBackward(batch), batch.candidates.count)
    }
    guard loss.isFinite else { throw TrainingError.lossNotFinite(epoch: epoch + 1, step: step, loss: loss) }
    optimizer.step(learningRate: learningRate, clipNorm: options.clipNorm, on: model.compute)
    return (loss, candidates)
  }

  private var scheduleFactor: Double {
    options.schedule.factor(step: optimizer.steps + 1, of: stepsInEpoch * options.epochs)
  }
}

extension Trainer {
  /// The state after the last epoch; weights are the model's own matrices, not copies. To be taken at the end of
  /// an epoch.
  public var state: TrainingState {
    TrainingState(
      epoch: epoch,
      step: optimizer.steps,
      reports: reports,
      weights: model.weights,
      optimizer: optimizer.export()
    )
  }

  /// Goes on from `state`, which a trainer of the same model, samples and options gave.
  /// - Throws: `TrainingError.stateDoesNotFit` or `ModelError.weights`; the trainer is then of no further use.
  public func restore(_ state: TrainingState) throws {
    guard state.epoch >= 0, state.reports.count == state.epoch, state.step == state.epoch * stepsInEpoch
    else {
      throw TrainingError.stateDoesNotFit(
        "\(state.epoch) epochs have \(state.epoch * stepsInEpoch) steps here, the saved state has \(state.step)"
      )
    }
    try model.load(state.weights)
    try optimizer.restore(state.optimizer, steps: state.step)
    reports = state.reports
    epoch = state.epoch
  }
}
