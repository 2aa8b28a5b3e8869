import Clicks
import Files
import Memory
import Notebook
import Numerics
import Recall
import Recipe
import Report

/// `train`: moves the weights.
package struct TrainStep: Step {
  package static let name = "train"
  package static let summary = "Trains the towers on next-click samples."
  /// The revision.
  package static let revision = 6
  /// What it writes.
  package static let writes: String? = TrainArtifact.kind

  let encode: ArtifactInput
  let model: ArtifactInput
  let split: ArtifactInput
  private let config: ArtifactInput
  let options: TrainerOptions
  let rules: SampleRules
  let validation: ValidationSettings?
  let stopping: StoppingSettings?
  /// The widths that vectors are trained to be cut to.
  private let widths: [Int]
  private let checkpointEpochs: Int?
  /// Whether what the optimiser remembers is part of what the step hands on.
  let keepsOptimizer: Bool
  private let from: WarmStartSettings?
  private let chosen: ChosenEpochs?

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    encode = fields.input(EncodeArtifact.kind)
    model = fields.input(ModelArtifact.kind)
    split = fields.input(SplitArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
    var (options, chosen) = TrainSettings.read(&fields)
    self.chosen = chosen
    from = fields.optionalSection(
      "from",
      "Begin with the weights of a model of before. Users, items, values of features and moments are matched by what they "
        + "are, whatever their numbers; the new ones begin as told, and what is gone is dropped.",
      shorthand: "model",
      WarmStartSettings.init
    )
    keepsOptimizer = fields.bool(
      "keep_optimizer",
      default: false,
      "Whether what the optimizer remembers is kept with the weights, so that 'save' can save it and a later training go on "
        + "with it; it takes up to twice their memory."
    )
    var rules = SampleRules()
    rules.leadSeconds = fields.double(
      "request_lead_seconds",
      default: 0,
      in: .atLeast(0),
      "With time, recent clicks or the age of items as a feature: how long before its click a target was asked for."
    )
    options.timeNoiseHours = fields.double(
      "request_noise_hours",
      default: 0,
      in: .atLeast(0),
      "With time or the age of items as a feature: the standard deviation of the noise on the time of a request."
    )
    widths = fields.ints(
      "matryoshka",
      default: [],
      in: 1...1_000_000,
      count: 0...16,
      "Widths below that of the vectors, ascending: their first so many dimensions are trained to be good vectors of their "
        + "own, by one more loss each, added up. 'eval' measures each."
    )
    if !zip(widths, widths.dropFirst()).allSatisfy({ $0 < $1 }) {
      fields.fail("matryoshka", "expected widths that ascend, got \(widths)")
    }
    rules.gapWeight = fields.optionalSection(
      "sample_weights",
      "Weigh samples by the time between a target and the click before it, times what the target counts in 'config'.",
      SampleRules.GapWeight.init
    )
    self.rules = rules
    self.options = options
    if case .pool(let size) = options.negatives, size < options.batchSize {
      fields.fail(
        "pool_size",
        "the pool must hold the batch's targets: at least \(options.batchSize), got \(size)"
      )
    }
    validation = fields.optionalSection(
      "validation",
      "Measure retrieval on the split's validation clicks after each epoch, among all items of the catalogue: what 'index' "
        + "takes away, and when items are available, is not known here.",
      ValidationSettings.init
    )
    stopping = fields.optionalSection(
      "early_stopping",
      "Stop when the validation metric no longer rises, and take the best epoch's weights.",
      StoppingSettings.init
    )
    checkpointEpochs = fields.optionalInt(
      "checkpoint_epochs",
      in: 1...10_000,
      role: .presentation,
      "Keep what is needed to resume a killed run every so many epochs; null keeps it after an epoch as soon as keeping takes at "
        + "most a twentieth of the time, and a second has gone by."
    )
    if stopping != nil && validation == nil && !fields.isDescribing {
      fields.fail("early_stopping", "early stopping watches a validation metric; set 'validation: {}' too")
    }
  }

  /// The validation metric after each epoch, where there is one.
  package var progressMetric: ProgressMetric? {
    validation.map {
      ProgressMetric(
        Self.validationPrefix + $0.metricName,
        isLargerBetter: true,
        length: options.epochs,
        hasUnits: true
      )
    }
  }

  /// What first weights, orders and negatives are drawn from.
  package static let repeatedSeed: String? = "seed"

  /// `ndcg@20` of `validation_ndcg@20`.
  package func testTwin(of metric: String) -> String? {
    metric.hasPrefix(Self.validationPrefix) ? String(metric.dropFirst(Self.validationPrefix.count)) : nil
  }

  /// The values of the validation metric, user by user.
  package func unitValues(of metric: String, in artifact: Bundle) throws -> UnitValues? {
    metric == progressMetric?.name ? try TrainArtifact.validation(in: artifact) : nil
  }

  /// What comes before the name of the metric that is measured on validation clicks.
  static let validationPrefix = "validation_"

  /// What it reads.
  package var reads: [ArtifactInput] { [encode, model, split, config] }

  /// The model of before, and the record of the run that chose the epochs.
  package func files(_ outlines: ArtifactOutlines) -> [InputFile] {
    [from?.file, chosen?.record].compactMap { $0 }
  }

  /// What its settings say of the training.
  package var outline: (any Sendable)? {
    TrainArtifact.Outline(keepsOptimizer: keepsOptimizer, options: options, rules: rules, from: from)
  }

  /// What it measures.
  package var metrics: [String] {
    var names = ["loss", "chance_loss", "epochs"]
    if let validation { names.append(Self.validationPrefix + validation.metricName) }
    if stopping != nil { names.append("best_epoch") }
    if options.hardNegatives != nil { names.append("hard_negatives_per_step") }
    return names
  }

  /// Validation needs clicks that the split holds out for it, impressions a log that has them, a transformer a loss that can
  /// leave candidates out, and products in bfloat16 a processor that makes them.
  package func preflight(_ check: Preflight) {
    if let problem = options.precision.problem {
      if check.isForOtherMachines {
        check.warn("precision", "\(problem); trials run where 'launcher' sends them, and say so there")
      } else {
        check.fail("precision", problem)
      }
    }
    if options.sides == .symmetric, check.outlines.of(model, ModelArtifact.self)?.pooling == .transformer {
      check.fail("loss", Trainer.symmetricSequences)
    }
    if let shape = check.outlines.of(model, ModelArtifact.self), shape.hasTrend {
      if shape.learnsTrend, let problem = options.trendProblem { check.fail("loss", problem) }
      if check.outlines.of(config, ConfigArtifact.self)?.hasTime == false {
        check.fail(
          "model",
          "'trend_hours' of 'model' count the clicks before a request, and the log has no times; set columns.time in 'config'"
        )
      }
    }
    if options.impressionsPerSample > 0,
      check.outlines.of(config, ConfigArtifact.self)?.hasImpressions == false
    {
      check.fail(
        "impressions_per_sample",
        "the log does not say what was shown; set columns.impressions in 'config'"
      )
    }
    from?.preflight(
      check,
      check.outlines.of(model, ModelArtifact.self),
      maxSeqLen: check.outlines.of(encode, EncodeArtifact.self)?.maxSeqLen,
      options
    )
    if let shape = check.outlines.of(model, ModelArtifact.self),
      let problem = options.form.problem(
        shape.similarity,
        learnsTemperature: shape.learnsTemperature,
        isSigned: shape.hasSignedScores
      )
    {
      check.fail("loss", problem)
    }
    if let shape = check.outlines.of(model, ModelArtifact.self), let widest = widths.last {
      if shape.isEnsemble {
        check.fail(
          "matryoshka",
          "the first dimensions of joined vectors are those of one model; leave 'ensemble' out of 'model', or this out"
        )
      } else if let width = shape.vectorDimension, widest >= width {
        check.fail("matryoshka", "widths lie below that of the vectors, which is \(width), got \(widest)")
      }
    }
    guard validation != nil, check.outlines.of(split, SplitArtifact.self)?.hasValidation == false else {
      return
    }
    check.fail(
      "validation",
      "the split holds out no clicks for validation; set 'validation: second_last' or 'validation: users' in 'split'"
    )
  }

  /// Trains, going on from a checkpoint where there is one.
  package func run(in context: RunContext) throws -> [Block] {
    if let problem = options.precision.problem { throw RunFailure("precision: \(problem)") }
    let encoded: EncodeArtifact = try context.read(encode)
    guard encoded.clicks.samples.count > 1 else {
      throw RunFailure(
        "training sets each sample against others, so it takes two at least; there is \(encoded.clicks.samples.count)"
      )
    }
    guard options.impressionsPerSample == 0 || encoded.impressions != nil else {
      throw RunFailure(
        "impressions_per_sample: the samples of '\(encode.cell ?? "encode")' have no impressions"
      )
    }
    var shape = try context.read(model, as: ModelArtifact.self).shape
    shape.prefixWidths = widths
    try shape.validate()
    let compute = Compute(threads: Threads(context.threads))
    let tables = (context.outlines.of(model, ModelArtifact.self)?.tables ?? .memory).memory(context)
    let model = try TwoTowerModel(shape, seed: options.seed, compute: compute, tables: tables)
    try model.loadVectors(of: encoded)
    // Where nothing is measured on the way, nothing is to be chosen, and what is learned from is known.
    let all = validation == nil ? try encoded.refitSamples(for: shape, rules) : nil
    let trainer = try Trainer(
      model: model,
      samples: try all ?? encoded.samples(for: shape, rules),
      options: options
    )
    var session = try TrainingSession(
      step: self,
      trainer: trainer,
      encoded: encoded,
      context: context,
      validator: try validation.map { settings in
        try Validator(
          settings,
          encoded: encoded,
          split: try context.read(split, as: SplitArtifact.self),
          threads: context.threads
        )
      }
    )
    var blocks: [Block] = []
    if let from {
      let data = try context.read(config, as: ConfigArtifact.self)
      blocks += try from.begin(encoded.saved(model, data.log), trainer)
      let split = try context.read(split, as: SplitArtifact.self).data
      let known = LearnedBefore.blocks(try LearnedBefore(from, split, data.log))
      context.warn(known)
      blocks += known
    }
    let idle = impressionWarnings(encoded)
    context.warn(idle)
    blocks += idle
    try session.restoreCheckpoint()
    try session.train(checkpointEpochs: checkpointEpochs)
    let refit = all != nil ? nil : try refit(encoded, epochs: session.bestEpoch, compute, tables, context)
    context.write(
      TrainArtifact(
        model: refit?.trainer.model ?? model,
        validation: session.validationValues,
        optimizer: refit == nil
          ? try session.optimizer : keepsOptimizer ? try refit.map { try SavedOptimizer($0.trainer) } : nil
      )
    )
    let holdsOut = context.outlines.of(split, SplitArtifact.self)?.holdsOut ?? true
    blocks += try session.report()
    if let trend = TrendWords.block(refit?.trainer.model ?? model) { blocks.append(trend) }
    if let refit { blocks.append(refit.block(encoded.refit?.samples.count ?? 0)) }
    if let chosen {
      blocks += chosen.blocks(isMeasured: holdsOut)
    } else if !holdsOut {
      blocks.append(
        .prose(
          "The split holds nothing out, so that nothing is measured here; `epochs: from RUN` names the run that does."
        )
      )
    }
    return blocks
  }
}

extension TrainStep {
  /// What is odd about the items that were shown, where they are asked for: most are none of the catalogue's, or all are
  /// candidates anyway.
  private func impressionWarnings(_ encoded: EncodeArtifact) -> [Block] {
    guard options.impressionsPerSample > 0, let shown = encoded.impressions else { return [] }
    func warning(_ text: String) -> [Block] { [.note(kind: .warning, text: text)] }
    let known = shown.items.count
    guard known + shown.unknown > 0 else {
      return warning(
        "The log shows no item beside any target, so that `impressions_per_sample` has no effect."
      )
    }
    guard known >= shown.unknown else {
      return warning(
        "Of \(NumberFormat.grouped(known + shown.unknown)) items that were shown beside the targets "
          + "\(NumberFormat.grouped(known)) are items of the catalogue: look at `columns.impressions` in 'config', and at "
          + "`impressions.separator`, the character between the ids."
      )
    }
    guard case .pool(let size) = options.negatives else { return [] }
    let targets = Set(encoded.clicks.samples.items)
    guard size >= targets.count, shown.items.allSatisfy({ targets.contains($0) }) else { return [] }
    return warning(
      "`impressions_per_sample` has no effect: a pool of \(NumberFormat.grouped(size)) has all "
        + "\(NumberFormat.grouped(targets.count)) items that are targets, and with them all that were shown, as candidates of "
        + "every sample. Lower `pool_size`, or leave it out."
    )
  }

  /// Trains anew on all clicks before the test, where the split says so; nil where it does not.
  private func refit(
    _ encoded: EncodeArtifact,
    epochs: Int,
    _ compute: Compute,
    _ tables: TableMemory,
    _ context: RunContext
  ) throws -> RefitTraining? {
    let shape = try context.read(model, as: ModelArtifact.self).shape
    guard let samples = try encoded.refitSamples(for: shape, rules) else { return nil }
    let model = try TwoTowerModel(shape, seed: options.seed, compute: compute, tables: tables)
    try model.loadVectors(of: encoded)
    let training = RefitTraining(
      trainer: try Trainer(model: model, samples: samples, options: options),
      epochs: epochs,
      context: context
    )
    if let from {
      let data = try context.read(config, as: ConfigArtifact.self)
      _ = try from.begin(encoded.saved(model, data.log), training.trainer)
    }
    try training.train()
    return training
  }
}

extension SampleRules.GapWeight {
  fileprivate init(_ fields: inout Fields) {
    let within = fields.double(
      "within_seconds",
      default: 45,
      in: .atLeast(0),
      "A sample counts 1 where its target came within so many seconds of the click before it."
    )
    let otherwise = fields.double("otherwise", default: 0.5, in: .above(0), "What other samples count.")
    self.init(withinSeconds: within, otherwise: otherwise)
  }
}

/// When training stops early.
struct StoppingSettings: Sendable {
  let patience: Int
  let minimumGain: Double

  init(_ fields: inout Fields) {
    patience = fields.int(
      "patience",
      default: 3,
      in: 1...10_000,
      "How many epochs without a better value are waited for."
    )
    minimumGain = fields.double(
      "min_gain",
      default: 0,
      in: .atLeast(0),
      "How much larger a value must be to count as better."
    )
  }
}

/// What is measured on the validation clicks.
struct ValidationSettings: Sendable {
  let metric: RankingMetric
  let k: Int
  let users: Int
  let seed: Int

  init(_ fields: inout Fields) {
    metric = fields.choice("metric", default: RankingMetric.ndcg, "What is measured, as in 'eval'.")
    k = fields.int("k", default: 20, in: 1...10_000, "How many of the best items count.")
    users = fields.int(
      "users",
      default: 5_000,
      in: 1...100_000_000,
      "The most users that are measured: where there are more, so many are drawn once for the whole training."
    )
    seed = fields.int(
      "seed",
      defaultFrom: "config.seed",
      in: 0...Int.max,
      "Draws the users that are measured."
    )
  }

  var metricName: String { "\(metric.rawValue)@\(k)" }
}
