import Numerics
import Recipe

/// The settings of `train` that say how weights move.
enum TrainSettings {
  enum ScheduleName: String, CaseIterable, Sendable {
    case constant, cosine
  }

  /// How weights move, and the run that the number of epochs was taken from, if any.
  static func read(_ fields: inout Fields) -> (options: TrainerOptions, chosen: ChosenEpochs?) {
    var options = TrainerOptions()
    let loss = fields.choice(
      "loss",
      default: Loss.symmetricInBatchSoftmax,
      Loss.help
    )
    options.form = loss.form
    options.sides = loss.sides
    readNegatives(&fields, loss, &options)
    readNumbers(&fields, &options)
    options.optimizer = optimizer(&fields)
    options.learningRate = fields.double(
      "learning_rate",
      default: 2e-4,
      in: .aboveUpTo(0, 1e6),
      "The full learning rate."
    )
    options.schedule = schedule(&fields)
    options.clipNorm = fields.optionalDouble(
      "clip_norm",
      in: .closed(1e-12, 1e12),
      "The largest L2 norm of all gradients together; by default none."
    )
    options.batchSize = fields.int("batch_size", default: 1024, in: 2...1_000_000, "Samples a step.")
    options.precision = fields.choice(
      "precision",
      default: .float32,
      neutral: .float32,
      "What the factors of the matrix products of a step are rounded to: 'bf16' (8 bits in place of 24) takes a processor with "
        + "AVX-512 BF16 or AMX, and products then take about half the time. Sums, weights, moments and losses are in "
        + "Float32, and so are validation, evaluation and search."
    )
    options.keepsLastPartialBatch = !fields.bool(
      "drop_last",
      default: false,
      "Whether the samples that fill no whole batch are left out of an epoch."
    )
    readShuffling(&fields, &options)
    let chosen = readEpochs(&fields, &options)
    options.seed = fields.int(
      "seed",
      defaultFrom: "config.seed",
      in: 0...Int.max,
      "Draws initial weights, the order of samples, negatives, noise and dropout, and nothing else."
    )
    options.hardNegatives = fields.optionalSection(
      "hard_negatives",
      "Items that the model ranks high for a query, though they are not its target, as candidates; in a pool they "
        + "take the place of uniform ones. Losses with them and without cannot be compared.",
      HardNegativeOptions.init
    )
    HardNegativeOptions.check(options, fields)
    readImpressions(&fields, &options)
    options.queue = fields.optionalSection(
      "queue",
      "Item vectors of the batches before as candidates too, as they were computed then: many more negatives for hardly "
        + "any time. Losses with them and without cannot be compared.",
      QueueOptions.init
    )
    if options.queue != nil, let problem = QueueOptions.problem(options) { fields.fail("queue", problem) }
    return (options, chosen)
  }

  private static func readShuffling(_ fields: inout Fields, _ options: inout TrainerOptions) {
    let block = fields.int(
      "shuffle_block",
      default: 0,
      in: 0...2_000_000_000,
      neutral: 0,
      "How many samples are put in a drawn order at a time; 0 for all of an epoch. Samples, which stand user by user, are cut "
        + "into chunks of a 64th of a block, chunks are drawn, and what they hold is shuffled block by block: of tables that "
        + "are larger than memory ('tables: mapped' in 'model') only some users' rows are needed at a time then."
    )
    guard block > 0 else { return }
    options.shuffleBlock = block
    if block < options.batchSize {
      fields.fail("shuffle_block", "a block must hold a batch: at least \(options.batchSize), got \(block)")
    }
  }

  private static func readEpochs(_ fields: inout Fields, _ options: inout TrainerOptions) -> ChosenEpochs? {
    let epochs = fields.count(
      "epochs",
      default: 3,
      in: 1...10_000,
      "Passes over all samples; or 'from RUN', as many as early stopping chose in that run (its id, tag, 'latest' or recipe), "
        + "at the learning rates it had: for a training on all clicks, of which none are left to stop it by."
    )
    switch epochs {
    case .number(let number): options.epochs = number
    case .source(let name):
      do {
        let chosen = try ChosenEpochs(name, cell: fields.path, outputs: fields.outputs)
        fields.settle(source: chosen.name)
        (options.epochs, options.scheduleEpochs) = (chosen.epochs, chosen.allEpochs)
        return chosen
      } catch {
        fields.fail("epochs", "\(error)")
      }
    }
    return nil
  }

  private static func readNumbers(_ fields: inout Fields, _ options: inout TrainerOptions) {
    let names = { (form: LossForm) in Loss.names { $0.form == form }.joined(separator: ", ") }
    options.numbers.margin = fields.double(
      "margin",
      default: options.numbers.margin,
      in: .halfOpen(-1, 1),
      "\(names(.ccl)): cosines of other candidates up to this cost nothing."
    )
    options.numbers.negativeWeight = fields.double(
      "negative_weight",
      default: options.numbers.negativeWeight,
      in: .aboveUpTo(0, 1e6),
      "\(names(.ccl)): what the mean over the other candidates counts, where the target counts 1."
    )
    options.numbers.topK = fields.int(
      "at_k",
      default: options.numbers.topK,
      in: 1...1_000,
      "\(names(.softmaxAtK)): of how many best items a target is to be one. What the at_k-th best of all items scores is "
        + "estimated from a step's candidates: with logq each stands for 1/q items, else all for the same number."
    )
    options.numbers.weightTemperature = fields.double(
      "weight_temperature",
      default: options.numbers.weightTemperature,
      in: .above(0),
      "\(names(.softmaxAtK)): what the difference of both similarities is divided by; the smaller it is, the less count "
        + "targets below the at_k-th best."
    )
    options.calibration = fields.double(
      "calibration",
      default: options.calibration,
      in: .closed(0, 1),
      "\(names(.gbce)): the target's probability has the power 1 - calibration x (1 - a), a the share of all items that "
        + "are candidates: 0 is the plain binary cross-entropy, with 1 probabilities are those among all items."
    )
  }

  private static func readImpressions(_ fields: inout Fields, _ options: inout TrainerOptions) {
    options.impressionsPerSample = fields.int(
      "impressions_per_sample",
      default: 0,
      in: 0...10_000,
      "How many of the items that the log says were shown with a target and not clicked (columns.impressions in 'config') "
        + "are negatives of its sample, and of no other, beside the candidates that all queries share; where there are more, "
        + "so many are drawn anew in each epoch. Losses with them and without cannot be compared."
    )
    guard options.impressionsPerSample > 0, options.negatives == .batch else { return }
    fields.fail(
      "impressions_per_sample",
      "shown items join candidates that all queries share; set 'loss' to \(Loss.listed(where: \.hasPool)), or to "
        + "\(Loss.listed(where: \.canMergeTargets)) with 'merge_targets: true'"
    )
  }

  private static func readNegatives(_ fields: inout Fields, _ loss: Loss, _ options: inout TrainerOptions) {
    let size = fields.int(
      "pool_size",
      default: 2048,
      in: 2...100_000_000,
      Loss.names(where: \.hasPool).joined(separator: ", ") + ": how many candidates a step has."
    )
    let merges = fields.bool(
      "merge_targets",
      default: false,
      Loss.names(where: \.canMergeTargets).joined(separator: ", ")
        + ": whether an item that is the target of several samples is one candidate; a "
        + "pool's always is."
    )
    options.correction = fields.optionalChoice(
      "logq",
      orSwitch: SamplingCorrection.all,
      "Whether -log q is added to each candidate's logits, q its chance to be among a step's candidates; with 'refined' "
        + "(softmax over a pool or merged targets) not to the query's own target's, which is there for certain."
    )
    options.masksHistory = fields.bool(
      "mask_history",
      default: false,
      "Whether a query does not see the items of its own history among the candidates."
    )
    options.negatives =
      loss.hasPool ? .pool(size: size) : merges && loss.canMergeTargets ? .distinctTargets : .batch
    if let problem = options.correction?.problem(loss.form, options.negatives) {
      fields.fail("logq", problem)
    }
    guard loss.sides == .symmetric else { return }
    for (key, isSet) in [("merge_targets", merges), ("mask_history", options.masksHistory)] where isSet {
      fields.fail(key, "a symmetric softmax pairs each query with a candidate of its own; use another loss")
    }
  }

  private static func optimizer(_ fields: inout Fields) -> OptimizerSettings {
    typealias Number = OptimizerName.Number
    let name = fields.choice(
      "optimizer",
      default: OptimizerName.adam,
      "What moves the weights, as Keras has them."
    )
    let beta1 = fields.double(
      Number.beta1.rawValue,
      default: 0.9,
      in: .halfOpen(0, 1),
      "Adam: decay of the first moment."
    )
    let beta2 = fields.double(
      Number.beta2.rawValue,
      default: 0.999,
      in: .halfOpen(0, 1),
      "Adam: decay of the second moment."
    )
    let epsilon = fields.double(
      Number.epsilon.rawValue,
      default: 1e-7,
      in: .aboveUpTo(0, 1),
      "Adam, Adagrad: added to the root of squares."
    )
    let corrects = fields.bool(
      Number.epsilonAfterCorrection.rawValue,
      default: false,
      "Adam: whether the root is corrected for its bias before epsilon is added, as in PyTorch and Optax; Keras "
        + "does not."
    )
    let decay = fields.double(
      Number.weightDecay.rawValue,
      default: 0.004,
      in: .closed(0, 1e6),
      "AdamW: this times the learning rate is taken off weights; rows of a table that never had a gradient stay as they were made."
    )
    let accumulator = fields.double(
      Number.initialAccumulator.rawValue,
      default: 0.1,
      in: .closed(0, 1e6),
      "Adagrad: what the sum of squares begins at."
    )
    let momentum = fields.double(
      Number.momentum.rawValue,
      default: 0,
      in: .halfOpen(0, 1),
      "SGD: the momentum."
    )
    var adam = AdamSettings(beta1: beta1, beta2: beta2, epsilon: epsilon)
    adam.correctsBeforeEpsilon = corrects
    switch name {
    case .adam: return .adam(adam)
    case .adamw:
      adam.weightDecay = decay
      return .adam(adam)
    case .adagrad: return .adagrad(initialAccumulator: accumulator, epsilon: epsilon)
    case .sgd: return .sgd(momentum: momentum)
    }
  }

  private static func schedule(_ fields: inout Fields) -> LearningRateSchedule {
    let name = fields.choice(
      "schedule",
      default: ScheduleName.constant,
      "How the rate moves: not at all, or down along half a cosine over all steps, those of the warm-up among them."
    )
    let fraction = fields.double(
      "final_lr_fraction",
      default: 0,
      in: .closed(0, 1),
      "Cosine: the share of the full rate it ends at."
    )
    let warmup = fields.int(
      "warmup_steps",
      default: 0,
      in: 0...100_000_000,
      "Over this many steps what 'schedule' says is multiplied by a share that rises from 0 to 1; a cosine has fallen a little "
        + "by then."
    )
    return LearningRateSchedule(
      name == .cosine ? .cosine(finalFraction: fraction) : .constant,
      warmupSteps: warmup
    )
  }
}

extension QueueOptions {
  /// Reads `queue`.
  fileprivate init(_ fields: inout Fields) {
    self.init()
    batches = fields.int(
      "batches",
      default: batches,
      in: 1...10_000,
      "How many batches before a step have their targets among its candidates; every epoch begins with none."
    )
    warmupSteps = fields.int(
      "warmup_steps",
      default: warmupSteps,
      in: 0...100_000_000,
      "Steps of the training before the first that takes any: vectors move too fast at first."
    )
  }
}
