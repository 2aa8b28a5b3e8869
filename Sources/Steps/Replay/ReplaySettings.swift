import Clicks
import Notebook
import Numerics
import Recall
import Recipe

/// The settings of `replay`.
struct ReplaySettings: Sendable {
  /// How long a day or an hour is, and what steps of it are called.
  enum Period: String, CaseIterable, Sendable {
    case day, hour

    /// How many seconds it has.
    var seconds: Int64 { self == .day ? 86_400 : 3_600 }
  }

  /// How often a model is updated.
  enum Rhythm: String, CaseIterable, Sendable {
    case never, day, hour

    /// The time between two updates; nil for none.
    var period: Period? { Period(rawValue: rawValue) }
  }

  let start: TimeSetting?
  let share: Double
  let end: TimeSetting?
  let by: Period
  let every: [Rhythm]
  let isFresh: Bool
  let k: Int
  let seen: SeenItems
  let update: UpdateSettings

  init(_ fields: inout Fields) {
    start = fields.optionalTime(
      "start",
      "The moment at which the first model is trained, on all clicks before it: a number as the log counts time, or a date. "
        + "By default the one that 'share' says."
    )
    share = fields.double(
      "share",
      default: 0.5,
      in: .open(0, 1),
      "Without 'start': the share of all clicks that the first model is trained on."
    )
    end = fields.optionalTime("end", "The moment at which the walk ends; by default after the last click.")
    by = fields.choice(
      "by",
      default: Period.day,
      "The steps of the walk: a figure for each 'day' or 'hour' since the start."
    )
    every = fields.choices(
      "every",
      default: Rhythm.allCases,
      count: 1...3,
      "How often models are updated with the clicks since: 'never', each 'day', each 'hour'; one walk each."
    )
    if Set(every).count != every.count { fields.fail("every", "a rhythm stands here twice") }
    isFresh = fields.bool(
      "fresh",
      default: false,
      "Whether one more walk trains a fresh model on all clicks so far at each step of 'by': what updates are held against. "
        + "It takes by far the longest."
    )
    k = fields.int("k", default: 20, in: 1...10_000, "How many items a request is given.")
    seen = SeenItems.read(&fields)
    update = fields.section("update", "How a model is updated with the clicks since.", UpdateSettings.init)
  }
}

/// How a model is updated with new clicks.
struct UpdateSettings: Sendable {
  let epochs: Int
  let old: Double
  let learningRate: Double?
  let takesOptimizer: Bool
  let first: WarmStart.FirstVectors

  init(_ fields: inout Fields) {
    epochs = fields.int(
      "epochs",
      default: 4,
      in: 0...10_000,
      "Passes of an update over its samples; 0 makes new users and items known and learns nothing."
    )
    old = fields.double(
      "old",
      default: 0.5,
      in: .closed(0, 1_000),
      "How many samples of before are drawn for each new one and learned with it, against forgetting."
    )
    learningRate = fields.optionalDouble(
      "learning_rate",
      in: .aboveUpTo(0, 1e6),
      "The learning rate of updates, which 'train' says where this does not; it moves as there, over one update."
    )
    takesOptimizer = fields.bool(
      "optimizer",
      default: true,
      "Whether the optimizer goes on with what it remembered at the update before."
    )
    first = fields.choice(
      "new_items",
      default: WarmStart.FirstVectors.features,
      "Where embeddings of new items begin, as 'from' of 'train' has it."
    )
  }

  /// The options of an update on `samples` samples, made of those of a fresh training.
  func options(_ fresh: TrainerOptions, samples: Int) -> TrainerOptions {
    var options = fresh
    options.epochs = epochs
    options.scheduleEpochs = nil
    options.learningRate = learningRate ?? fresh.learningRate
    options.batchSize = min(fresh.batchSize, max(2, samples))
    // Nothing that is new is left out.
    options.keepsLastPartialBatch = true
    let steps = epochs * ((samples + options.batchSize - 1) / options.batchSize)
    options.schedule.warmupSteps = min(fresh.schedule.warmupSteps, steps / 10)
    return options
  }
}
