import Memory
import Glibc
import Testing

@testable import Numerics

@Suite("training")
struct TrainingTests {
  /// 600 users in 6 groups; a group's users click its own ten items of 60.
  static func samples(count: Int = 2_000) -> SampleColumns {
    var generator = NumpyGenerator(seed: 21)
    var samples = SampleColumns(
      users: [],
      items: [],
      categories: [],
      histories: HistoryWindows(clicks: [], starts: [], ends: [])
    )
    for _ in 0..<count {
      let user = generator.integers(0, 600)
      let item = { (generator: inout NumpyGenerator) in Int32(1 + user % 6 * 10 + generator.integers(0, 10)) }
      samples.users.append(Int32(user + 1))
      samples.histories.starts.append(Int32(samples.histories.clicks.count))
      for _ in 0..<generator.integers(1, 5) { samples.histories.clicks.append(item(&generator)) }
      samples.histories.ends.append(Int32(samples.histories.clicks.count))
      samples.items.append(item(&generator))
      samples.categories.append(Int32(1 + user % 3))
    }
    return samples
  }

  static func options(_ change: (inout TrainerOptions) -> Void = { _ in }) -> TrainerOptions {
    var options = TrainerOptions()
    options.batchSize = 128
    options.learningRate = 5e-3
    options.epochs = 4
    change(&options)
    return options
  }

  static func model(threads: Int = 2, seed: Int = 1) throws -> TwoTowerModel {
    var shape = TwoTowerShape(userVocabulary: 601, itemVocabulary: 61, categoryVocabulary: 4)
    shape.hiddenUnits = [32, 16]
    shape.embeddingDimension = 16
    shape.temperature = 0.1
    return try TwoTowerModel(shape, seed: seed, compute: Compute(threads: Threads(threads)))
  }

  /// The share of users whose nearest 10 items are mostly of their group.
  static func hitRate(_ model: TwoTowerModel) throws -> Double {
    let samples = Self.samples(count: 300)
    let queries = try model.queryVectors(users: samples.users, histories: samples.histories)
    let items = try model.itemVectors(
      items: (1...60).map { $0 },
      categories: (0..<60).map { 1 + $0 / 10 % 3 }
    )
    var hits = 0
    for row in 0..<queries.rows {
      let scores = (0..<60).map { item in
        zip(queries.row(row), items.row(item)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let nearest = (0..<60).sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(10)
      hits += nearest.contains(Int(samples.items[row]) - 1) ? 1 : 0
    }
    return Double(hits) / Double(queries.rows)
  }

  @Test("a structure that can be learned is learned")
  func learns() throws {
    let model = try Self.model()
    let before = try Self.hitRate(model)
    let trainer = try Trainer(model: model, samples: Self.samples(), options: Self.options { $0.epochs = 12 })
    try trainer.run()
    let after = try Self.hitRate(model)
    // Chance is 10 of 60; knowing the group gives 1.
    #expect(before < 0.4 && after > 0.9, "\(before) to \(after)")
    let first = try #require(trainer.reports.first)
    let last = try #require(trainer.reports.last)
    #expect(last.meanLoss < first.meanLoss - 0.5)
    // 15 batches of 128 and one of 80.
    #expect(abs(first.chanceLoss - (1_920 * log(128) + 80 * log(80)) / 2_000) < 1e-12)
  }

  private func weights(_ model: TwoTowerModel) -> [[Float]] { model.parameters.map { $0.value.values } }

  @Test("the same seed gives the same bytes with one thread and with two, another seed others")
  func reproducible() throws {
    var results: [[[Float]]] = []
    for (threads, seed) in [(1, 42), (2, 42), (2, 43)] {
      let model = try Self.model(threads: threads)
      try Trainer(model: model, samples: Self.samples(), options: Self.options { $0.seed = seed }).run()
      results.append(weights(model))
    }
    #expect(results[0] == results[1])
    #expect(results[1] != results[2])
  }

  @Test(
    "a training resumed at the end of any epoch ends with the same bytes",
    arguments: [
      OptimizerSettings.adam(), .adam(AdamSettings(weightDecay: 0.01)), .adagrad(), .sgd(momentum: 0.9),
    ]
  )
  func resumes(optimizer: OptimizerSettings) throws {
    let options = Self.options {
      $0.optimizer = optimizer
      $0.schedule = LearningRateSchedule(.cosine(), warmupSteps: 10)
      $0.clipNorm = 1
    }
    let whole = try Self.model()
    let through = try Trainer(model: whole, samples: Self.samples(), options: options)
    var saved: [TrainingState] = []
    try through.run(
      TrainingObserver(onEpoch: { _, model in
        let now = try through.stateCopy(of: model)
        saved.append(now)
        return .proceed
      })
    )
    for state in saved {
      let model = try Self.model(seed: 99)
      let trainer = try Trainer(model: model, samples: Self.samples(), options: options)
      try trainer.restore(state)
      try trainer.run()
      #expect(weights(model) == weights(whole), "after epoch \(state.epoch)")
      #expect(trainer.reports == through.reports)
    }
    #expect(saved.map(\.epoch) == [1, 2, 3, 4])
  }

  @Test("a state of another training does not fit")
  func otherState() throws {
    let trainer = try Trainer(
      model: Self.model(),
      samples: Self.samples(),
      options: Self.options { $0.epochs = 1 }
    )
    try trainer.run()
    let other = try Trainer(model: Self.model(), samples: Self.samples(count: 500), options: Self.options())
    #expect(throws: TrainingError.stateDoesNotFit("1 epochs have 4 steps here, the saved state has 16")) {
      try other.restore(trainer.state)
    }
  }

  @Test("the observer sees every step and epoch, and may stop or cancel")
  func observer() throws {
    struct Cancelled: Error {}
    var (steps, epochs, checks) = ([StepReport](), [EpochReport](), 0)
    let trainer = try Trainer(model: Self.model(), samples: Self.samples(count: 300), options: Self.options())
    let observer = TrainingObserver(
      onStep: { steps.append($0) },
      onEpoch: { report, _ in
        epochs.append(report)
        return report.epoch == 2 ? .stop : .proceed
      },
      checkCancellation: { checks += 1 }
    )
    try trainer.run(observer)
    #expect(
      steps.map(\.step) == [1, 2, 3, 1, 2, 3] && steps.map(\.epoch) == [1, 1, 1, 2, 2, 2] && checks == 6
    )
    #expect(epochs == trainer.reports && epochs.count == 2)
    // The mean weighs batches by their size: 128, 128, 44.
    let mean = (128 * steps[0].loss + 128 * steps[1].loss + 44 * steps[2].loss) / 300
    #expect(abs(epochs[0].meanLoss - mean) < 1e-12 && steps[2].meanLoss == epochs[0].meanLoss)
    #expect(throws: Cancelled.self) {
      try trainer.run(TrainingObserver(checkCancellation: { throw Cancelled() }))
    }
  }

  @Test("the last partial batch can be left out")
  func dropsPartialBatch() throws {
    let options = Self.options { $0.keepsLastPartialBatch = false }
    let trainer = try Trainer(model: Self.model(), samples: Self.samples(count: 300), options: options)
    #expect(trainer.stepsInEpoch == 2)
    #expect(throws: TrainingError.invalid("a whole batch needs 128 samples, there are 100")) {
      try Trainer(model: Self.model(), samples: Self.samples(count: 100), options: options)
    }
  }

  @Test("a loss that is not finite ends the training with advice")
  func notFinite() throws {
    let trainer = try Trainer(
      model: Self.model(),
      samples: Self.samples(count: 300),
      options: Self.options { $0.learningRate = 1e38 }
    )
    let error = #expect(throws: TrainingError.self) { try trainer.run() }
    guard case .lossNotFinite(let epoch, let batch, let step, let loss)? = error else {
      Issue.record("expected a loss that is not finite")
      return
    }
    #expect(!loss.isFinite)
    #expect(step == (epoch - 1) * trainer.stepsInEpoch + batch)
    #expect(
      error?.description
        == "the loss became \(loss.isNaN ? "not a number" : "\(loss)") in batch \(batch) of epoch \(epoch), step \(step) of the training: "
        + "try a smaller learning rate, "
        + "gradient clipping (clip_norm: 1), or a higher temperature"
    )
  }

  @Test("a weight that is no finite number at the end of an epoch is told with its place")
  func weightNotFinite() throws {
    let trainer = try Trainer(
      model: Self.model(),
      samples: Self.samples(count: 300),
      options: Self.options { $0.epochs = 2 }
    )
    try trainer.run()
    try trainer.checkWeights()
    let weights = try #require(trainer.model.weights.first { $0.matrix.rows > 1 })
    let columns = weights.matrix.columns
    weights.matrix.elements[columns] = -.infinity
    let error = #expect(throws: TrainingError.self) { try trainer.checkWeights() }
    #expect(
      error?.description
        == "a weight became -inf in epoch 2, by step 6 of the training, in row 2 of '\(weights.name)'; "
        + "no loss was of it yet: try a smaller learning rate, gradient clipping (clip_norm: 1), or a higher temperature"
    )
  }

  @Test("samples and options that cannot be trained with are told")
  func invalid() throws {
    func message(_ samples: SampleColumns, _ change: (inout TrainerOptions) -> Void = { _ in }) -> String {
      do {
        _ = try Trainer(model: Self.model(), samples: samples, options: Self.options(change))
        return "nothing"
      } catch { return "\(error)" }
    }
    let samples = Self.samples(count: 10)
    #expect(message(samples) == "nothing")
    #expect(message(Self.samples(count: 0)) == "there are no training samples")
    #expect(
      message(samples) { $0.learningRate = .nan }
        == "the learning rate must be finite and at least 0, got nan"
    )
    #expect(message(samples) { $0.batchSize = 0 } == "the batch size must be at least 1, got 0")
    #expect(message(samples) { $0.clipNorm = 0 } == "the clip norm must be above 0, got 0.0")
    var broken = samples
    broken.items[3] = 61
    #expect(message(broken) == "item number 61 in row 3 is outside of 0..<61")
    broken.items.removeLast()
    #expect(
      message(broken)
        == "sample columns must be equally long, got 10 users, 9 items, 10 categories and 10 histories"
    )
  }

  @Test("early stopping waits for patience to end and never takes what is not a number")
  func earlyStopping() {
    var watch = EarlyStopping(patience: 2, minimumGain: 0.01)
    let values = [0.1, 0.105, 0.2, .nan, 0.2]
    let verdicts = values.enumerated().map { watch.observe($0.element, epoch: $0.offset + 1) }
    #expect(verdicts.map(\.isBest) == [true, false, true, false, false])
    #expect(verdicts.map(\.shouldStop) == [false, false, false, false, true])
    #expect(watch.best == 0.2 && watch.bestEpoch == 3)
  }
}

extension Trainer {
  /// The state as it will be when this epoch's callback returns, with copies of all weights.
  func stateCopy(of model: TwoTowerModel) throws -> TrainingState {
    var state = try state
    state.weights = try model.copyWeights()
    return state
  }
}
