import Clicks
import Memory
import Notebook
import Numerics
import Recall

/// A model as it is at one moment of a replay, with what its codes stand for.
struct ReplayModel {
  let encoded: EncodeArtifact
  let model: TwoTowerModel
  /// What the optimiser remembers.
  let optimizer: SavedOptimizer
  /// The clicks before this moment are known to it.
  let moment: Int64
  /// What making it took, encoding included.
  let seconds: Double
  /// How many samples went through training, those of all epochs.
  let samples: Int

  /// Whether the model knows an item.
  func knows(_ item: Int64) -> Bool { encoded.catalogue.itemVocabulary.contains(item) }
}

/// Makes models for the moments of a replay, as the recipe's cells do.
struct ReplayTrainer {
  let log: ReplayLog
  /// The click log, and the table of the items that are ever clicked.
  private let config: ConfigArtifact
  private let encoder: Encoder
  private let shape: ModelSettings
  private let training: TrainArtifact.Outline
  private let update: UpdateSettings
  private let context: RunContext

  init(
    _ log: ReplayLog,
    _ config: ConfigArtifact,
    _ encoder: Encoder,
    _ shape: ModelSettings,
    _ training: TrainArtifact.Outline,
    _ update: UpdateSettings,
    _ context: RunContext
  ) {
    self.log = log
    var config = config
    config.items = config.items.keeping(Vocabulary(keysOf: log.clicks.items))
    self.config = config
    self.encoder = encoder
    self.shape = shape
    self.training = training
    self.update = update
    self.context = context
  }

  /// A fresh training on all clicks before `moment`.
  func fresh(at moment: Int64) throws -> ReplayModel {
    let start = ContinuousClock.now
    let encoded = try encoded(before: moment)
    let model = try model(of: encoded)
    let trainer = try Trainer(
      model: model,
      samples: try encoded.samples(for: model.shape, training.rules),
      options: training.options
    )
    try run(trainer)
    return ReplayModel(
      encoded: encoded,
      model: model,
      optimizer: try SavedOptimizer(trainer),
      moment: moment,
      seconds: (ContinuousClock.now - start) / .seconds(1),
      samples: encoded.clicks.samples.count * training.options.epochs
    )
  }

  /// `before` with the clicks from its moment to before `moment` learned.
  func updated(_ before: ReplayModel, at moment: Int64) throws -> ReplayModel {
    let start = ContinuousClock.now
    let encoded = try encoded(before: moment)
    let model = try model(of: encoded)
    let warm = WarmStart(
      from: before.encoded.saved(before.model, config.log),
      to: encoded.saved(model, config.log)
    )
    try warm.begin(update.first)
    let chosen = chosen(encoded, since: before.moment)
    var optimizer = SavedOptimizer(
      states: warm.optimizer(before.optimizer, training.options.optimizer),
      steps: before.optimizer.steps
    )
    // A sample is told from others of its batch.
    if chosen.count > 1, update.epochs > 0 {
      let trainer = try Trainer(
        model: model,
        samples: try encoded.keeping(samples: chosen).samples(for: model.shape, training.rules),
        options: update.options(training.options, samples: chosen.count)
      )
      if update.takesOptimizer { try trainer.begin(with: optimizer.states, after: optimizer.steps) }
      try run(trainer)
      optimizer = try SavedOptimizer(trainer)
    }
    return ReplayModel(
      encoded: encoded,
      model: model,
      optimizer: optimizer,
      moment: moment,
      seconds: (ContinuousClock.now - start) / .seconds(1),
      samples: chosen.count * update.epochs
    )
  }

  private func encoded(before moment: Int64) throws -> EncodeArtifact {
    let split = log.history(before: moment)
    var config = config
    config.items = config.items.keeping(Vocabulary(keysOf: split.history.items))
    return try encoder.encode(split, config, threads: context.threads)
  }

  private func model(of encoded: EncodeArtifact) throws -> TwoTowerModel {
    let shape = try shape.shape(for: encoded)
    let compute = Compute(threads: Threads(context.threads))
    let tables = self.shape.tables.memory(context)
    let model = try TwoTowerModel(shape, seed: training.options.seed, compute: compute, tables: tables)
    try model.loadVectors(of: encoded)
    return model
  }

  /// The new samples, and with them so many of before as the settings say, drawn for this moment.
  private func chosen(_ encoded: EncodeArtifact, since moment: Int64) -> [Int] {
    let times = encoded.targetTimes
    let new = times.indices.filter { times[$0] >= moment }
    let old = times.indices.filter { times[$0] < moment }
    let wanted = min(old.count, Int((Double(new.count) * update.old).rounded()))
    guard wanted > 0 else { return new }
    var generator = NumpyGenerator(seed: training.options.seed, stream: "replay/old/\(moment)")
    return (new + generator.choice(old.count, size: wanted).map { old[$0] }).sorted()
  }

  private func run(_ trainer: Trainer) throws {
    let context = context
    try trainer.run(TrainingObserver(checkCancellation: { try context.checkCancellation() }))
  }
}

extension TwoTowerModel {
  /// Takes the pretrained vectors that `encoded` has, where the model takes any.
  /// - Throws: `ModelError.weights` where they are of another shape.
  func loadVectors(of encoded: EncodeArtifact) throws {
    guard let vectors = encoded.catalogue.features.vectors, shape.itemVectors != nil else { return }
    try load(itemVectors: Matrix(rows: vectors.rows, columns: vectors.width, values: vectors.table))
  }
}
