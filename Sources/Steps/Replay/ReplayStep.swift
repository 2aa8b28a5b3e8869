import Clicks
import Notebook
import Numerics
import Recall
import Recipe
import Report

/// `replay`: what an update of the model is worth.
package struct ReplayStep: Step {
  package static let name = "replay"
  package static let summary =
    "Walks through the log with models that are updated never, daily and hourly, and says what an update is worth."
  /// The revision.
  package static let revision = 2

  private let config: ArtifactInput
  private let split: ArtifactInput
  private let encode: ArtifactInput
  private let model: ArtifactInput
  private let train: ArtifactInput
  private let settings: ReplaySettings

  /// The most steps of a walk: a log of years is walked by days.
  private static let mostSteps = 20_000

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    config = fields.input(ConfigArtifact.kind)
    split = fields.input(SplitArtifact.kind)
    encode = fields.input(EncodeArtifact.kind)
    model = fields.input(ModelArtifact.kind)
    train = fields.input(TrainArtifact.kind)
    settings = ReplaySettings(&fields)
  }

  /// What it reads.
  package var reads: [ArtifactInput] { [config, split, encode, model, train] }

  /// What it measures.
  package var metrics: [String] {
    ["requests"]
      + walks.flatMap { walk in
        ["\(walk)_hit_rate@\(settings.k)"] + (walk == "never" || walk == "fresh" ? [] : ["\(walk)_cost"])
      }
  }

  /// What the walks are called.
  private var walks: [String] { settings.every.map(\.rawValue) + (settings.isFresh ? ["fresh"] : []) }

  /// It takes times, and one log.
  package func preflight(_ check: Preflight) {
    if check.outlines.of(config, ConfigArtifact.self)?.hasTime == false {
      check.fail("", "a replay walks by time; set columns.time in 'config'")
    }
    if check.outlines.of(split, SplitArtifact.self)?.isOfOneLog == false {
      check.fail("split", "the clicks to test on come from another file, and a replay walks through one log")
    }
  }

  /// Walks.
  package func run(in context: RunContext) throws -> [Block] {
    guard let encoder = context.outlines.of(encode, EncodeArtifact.self)?.encoder,
      let shape = context.outlines.of(model, ModelArtifact.self)?.settings,
      let training = context.outlines.of(train, TrainArtifact.self)
    else { throw RunFailure("'\(context.cell)' reads cells that do not say how they do their work") }
    let config: ConfigArtifact = try context.read(config)
    let log = try ReplayLog(
      try context.read(split, as: SplitArtifact.self).data,
      config,
      settings,
      encoder
    )
    let periods = ([settings.by] + settings.every.compactMap(\.period)).map(\.seconds).min() ?? 86_400
    let count = (log.end - log.start) / (periods * log.ticksPerSecond)
    guard count < Self.mostSteps else {
      throw RunFailure(
        "the walk would have \(count) steps; set 'end', or leave 'hour' out of 'every' and 'by'"
      )
    }
    var walker = ReplayWalker(
      trainer: ReplayTrainer(log, config, encoder, shape, training, settings.update, context),
      asker: ReplayAsker(
        log: log,
        config: config,
        rules: training.rules,
        settings: settings,
        context: context,
        userRows: Dictionary(
          (encoder.hasUserFeatures ? config.users?.keys ?? [] : []).enumerated().map {
            ($0.element, $0.offset)
          },
          uniquingKeysWith: { first, _ in first }
        )
      ),
      settings: settings,
      context: context
    )
    let walks = try walker.walk(walks)
    let report = ReplayReport(log: log, walks: walks, settings: settings, first: walker.first)
    report.measure(context)
    return report.blocks
  }
}

/// Walks one after another.
private struct ReplayWalker {
  let trainer: ReplayTrainer
  let asker: ReplayAsker
  let settings: ReplaySettings
  let context: RunContext
  /// What the first training took and how many samples it had; nil where all walks were done before.
  private(set) var first: ReplayReport.First?

  init(trainer: ReplayTrainer, asker: ReplayAsker, settings: ReplaySettings, context: RunContext) {
    (self.trainer, self.asker, self.settings, self.context) = (trainer, asker, settings, context)
  }

  private var log: ReplayLog { trainer.log }

  mutating func walk(_ names: [String]) throws -> [ReplayWalk] {
    var done: [ReplayWalk] = []
    if let bundle = context.checkpoints.load() {
      done = try ReplayCheckpoint.walks(bundle, count: log.requests.count)
      context.progress.line("going on after \(done.map(\.name).joined(separator: ", "))")
    }
    let model = try trainer.fresh(at: log.start)
    first = ReplayReport.First(seconds: model.seconds, samples: model.samples)
    for name in names where !done.contains(where: { $0.name == name }) {
      done.append(try walk(name, from: model))
      try context.checkpoints.save(ReplayCheckpoint.bundle(done))
    }
    return names.compactMap { name in done.first { $0.name == name } }
  }

  private func walk(_ name: String, from first: ReplayModel) throws -> ReplayWalk {
    var walk = ReplayWalk(name, count: log.requests.count)
    var model = first
    let period = (ReplaySettings.Period(rawValue: name) ?? settings.by).seconds
    let steps = log.steps(of: period)
    for (step, start) in steps.enumerated() {
      try context.checkCancellation()
      if step > 0, name != "never" {
        model = try name == "fresh" ? trainer.fresh(at: start) : trainer.updated(model, at: start)
        walk.updates += 1
        walk.seconds += model.seconds
        walk.samples += model.samples
      }
      let end = step + 1 < steps.count ? steps[step + 1] : log.end
      try asker.ask(model, log.requests(from: start, to: end), into: &walk)
      context.progress.update(done: step + 1, total: steps.count, detail: "\(name), \(walk.updates) updates")
    }
    let hits = walk.ranks.count { $0 > 0 }
    context.progress.line(
      "      \(name): hit rate@\(settings.k) "
        + NumberFormat.fixed(Double(hits) / Double(max(1, walk.ranks.count)), digits: 4)
        + (walk.updates > 0 ? ", \(walk.updates) updates" : "")
    )
    return walk
  }
}
