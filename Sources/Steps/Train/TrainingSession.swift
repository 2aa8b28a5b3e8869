import Notebook
import Numerics
import Recall
import Recipe
import Report

/// One training: live loss, validation, early stopping, checkpoints, and what the report shows of it.
struct TrainingSession {
  private let step: TrainStep
  private let trainer: Trainer
  private let encoded: EncodeArtifact
  private let context: RunContext
  private let validator: Validator?
  private var stopping: EarlyStopping?
  private var validation: [Double] = []
  /// What these are the means of, where somebody asks for it.
  private var validationUnits: [UnitValues] = []
  private var best: [NamedMatrix]?
  private var bestOptimizer: SavedOptimizer?
  private var bestValues: UnitValues?
  /// What the validator measured of the model that training leaves, user by user; nil where nothing was measured.
  private(set) var validationValues: UnitValues?
  private var isStopped = false
  private var resumedAt = 0

  init(step: TrainStep, trainer: Trainer, encoded: EncodeArtifact, context: RunContext, validator: Validator?)
    throws
  {
    self.step = step
    self.trainer = trainer
    self.encoded = encoded
    self.context = context
    self.validator = validator
    stopping = step.stopping.map { EarlyStopping(patience: $0.patience, minimumGain: $0.minimumGain) }
  }

  /// Goes on from the checkpoint of a killed run, if there is one.
  mutating func restoreCheckpoint() throws {
    guard let bundle = context.checkpoints.load() else { return }
    let checkpoint = try TrainingCheckpoint(bundle: bundle)
    if context.hearsUnits, checkpoint.validationUnits.count < checkpoint.validation.count {
      context.progress.line("a checkpoint does not hold what each user was given: training begins anew")
      return
    }
    try trainer.restore(checkpoint.state)
    validation = checkpoint.validation
    validationUnits = context.hearsUnits ? checkpoint.validationUnits : []
    best = checkpoint.best
    bestOptimizer = checkpoint.bestOptimizer
    resumedAt = trainer.epoch
    for (index, value) in validation.enumerated() {
      if let verdict = stopping?.observe(value, epoch: index + 1) { isStopped = verdict.shouldStop }
      try context.intermediate(
        value,
        step: index + 1,
        units: validationUnits.indices.contains(index) ? validationUnits[index] : nil
      )
      let name = validator.map { "validation \($0.settings.metricName)" } ?? "validation"
      context.progress.point(of: name, x: Double(index + 1), y: value, against: "epoch")
    }
    context.progress.line("going on after epoch \(resumedAt) of \(step.options.epochs)")
  }

  /// Trains the epochs that are left.
  /// - Parameter checkpointEpochs: how many epochs lie between two checkpoints; nil for as many as make keeping them cheap.
  mutating func train(checkpointEpochs: Int?) throws {
    guard !isStopped else { return try takeBest() }
    let context = context
    let stepsTotal = trainer.stepsInEpoch * step.options.epochs
    var observer = TrainingObserver(checkCancellation: { try context.checkCancellation() })
    observer.onStep = { report in
      context.progress.point(
        of: "loss",
        x: Double(report.epoch - 1) + Double(report.step) / Double(max(1, report.stepsInEpoch)),
        y: report.meanLoss,
        against: "epoch"
      )
      context.progress.update(
        done: (report.epoch - 1) * report.stepsInEpoch + report.step,
        total: stepsTotal,
        detail: "epoch \(report.epoch), loss \(NumberFormat.fixed(report.meanLoss, digits: 4)) "
          + "(chance \(NumberFormat.fixed(report.chanceLoss, digits: 4)))"
      )
    }
    var rhythm = CheckpointRhythm(epochs: checkpointEpochs)
    while trainer.epoch < step.options.epochs && !isStopped {
      try trainOneEpoch(observer)
      guard trainer.epoch < step.options.epochs, !isStopped, rhythm.isDue(after: trainer.epoch) else {
        continue
      }
      let start = ContinuousClock.now
      let checkpoint = TrainingCheckpoint(
        state: try trainer.state,
        validation: validation,
        best: best,
        bestOptimizer: bestOptimizer,
        validationUnits: validationUnits
      )
      try context.checkpoints.save(checkpoint.bundle())
      rhythm.note(from: start)
    }
    try takeBest()
  }

  private mutating func trainOneEpoch(_ observer: TrainingObserver) throws {
    var observer = observer
    observer.onEpoch = { _, _ in .stop }
    try trainer.run(observer)
    guard let report = trainer.reports.last else { return }
    try trainer.checkWeights()
    var line =
      "epoch \(report.epoch)/\(step.options.epochs)  loss \(NumberFormat.fixed(report.meanLoss, digits: 4))"
    line += " (chance \(NumberFormat.fixed(report.chanceLoss, digits: 4)))"
    if let validator {
      let measured = try validator.measure(trainer.model)
      let value = measured.mean
      context.progress.point(
        of: "validation \(validator.settings.metricName)",
        x: Double(report.epoch),
        y: value,
        against: "epoch"
      )
      validation.append(value)
      if context.hearsUnits { validationUnits.append(measured) }
      validationValues = measured
      line += "  \(validator.settings.metricName) \(NumberFormat.fixed(value, digits: 4))"
      if let verdict = stopping?.observe(value, epoch: report.epoch) {
        if verdict.isBest {
          best = try trainer.model.copyWeights()
          if step.keepsOptimizer { bestOptimizer = try SavedOptimizer(trainer) }
          bestValues = measured
        }
        isStopped = verdict.shouldStop
      }
    }
    context.progress.line("      \(line)")
    if let value = validation.last {
      try context.intermediate(value, step: report.epoch, units: validationUnits.last)
    }
  }

  /// The epoch whose weights training leaves.
  var bestEpoch: Int { stopping.map { max(1, $0.bestEpoch) } ?? trainer.epoch }

  /// What the optimiser remembered when the weights were what training leaves; nil where that is not kept.
  /// - Throws: `FileError` where there is no room for a copy.
  var optimizer: SavedOptimizer? {
    get throws {
      guard step.keepsOptimizer else { return nil }
      return best == nil ? try SavedOptimizer(trainer) : bestOptimizer
    }
  }

  private mutating func takeBest() throws {
    guard let best else { return }
    defer { validationValues = bestValues }
    do { try trainer.model.load(best) } catch {
      preconditionFailure("a model takes back its own weights: \(error)")
    }
    // A resumed training has the weights of the best epoch, not what was measured then.
    if bestValues == nil { bestValues = try validator?.measure(trainer.model) }
  }

  /// The losses as metrics, a table and a curve, and a word where nothing was learned.
  /// - Throws: `ModelError` where the model takes other inputs than there are.
  func report() throws -> [Block] {
    let reports = trainer.reports
    guard let last = reports.last else { return [] }
    context.metric("loss", last.meanLoss)
    context.metric("chance_loss", last.chanceLoss)
    context.metric("epochs", Double(reports.count))
    if let value = stopping?.best ?? validation.last, let validator {
      context.metric(TrainStep.validationPrefix + validator.settings.metricName, value)
    }
    if let stopping { context.metric("best_epoch", Double(stopping.bestEpoch)) }
    let hardNegatives = HardNegativeReport(trainer)
    if let hardNegatives { context.metric("hard_negatives_per_step", hardNegatives.perStep) }
    context.summarize(liveLine(last))
    context.highlight("Training", sentence(last, epochs: reports.count))
    var blocks: [Block] = [.table(table(reports)), .plot(lossPlot(reports))]
    if !validation.isEmpty { blocks.append(.plot(validationPlot())) }
    if let stopping, let value = stopping.best {
      let word = isStopped ? "Training stopped early" : "Training went to its end"
      let shown = NumberFormat.fixed(value, digits: 4)
      blocks.append(.prose("\(word); the weights are those of epoch \(stopping.bestEpoch), with \(shown)."))
    }
    if let hardNegatives { blocks.append(hardNegatives.block) }
    if let failure = try TrainingFailure(reports, some: itemVectors(ofFirst: 256), all: itemVectors()) {
      blocks.append(.note(kind: .warning, text: failure.words(last, step.options.form)))
    }
    return blocks
  }

  /// `loss 2.1343, validation ndcg@20 0.2431`.
  private func liveLine(_ last: EpochReport) -> String {
    var line = "loss \(NumberFormat.fixed(last.meanLoss, digits: 4))"
    if let value = stopping?.best ?? validation.last, let validator {
      line += ", validation \(validator.settings.metricName) \(NumberFormat.fixed(value, digits: 4))"
    }
    return line
  }

  /// What training came to, for the first page.
  private func sentence(_ last: EpochReport, epochs: Int) -> String {
    var text = epochs == 1 ? "one epoch" : "\(epochs) epochs"
    text += " of \(NumberFormat.grouped(encoded.clicks.samples.count)) samples"
    text += ", loss \(NumberFormat.fixed(last.meanLoss, digits: 3))"
    text += " (guessing: \(NumberFormat.fixed(last.chanceLoss, digits: 3)))"
    if let value = stopping?.best ?? validation.last, let validator {
      text += ", validation \(validator.settings.metricName) \(NumberFormat.fixed(value, digits: 4))"
      if let stopping { text += " after epoch \(stopping.bestEpoch)" }
    }
    return text
  }

  private func itemVectors(ofFirst count: Int = .max) throws -> Matrix {
    let model = trainer.model
    let inputs = encoded.catalogue.itemInputs(for: model.shape, encoded.clock)
    return try model.itemVectors(inputs.prefix(count))
  }

  private func table(_ reports: [EpochReport]) -> Table {
    var columns: [Table.Column] = [
      .init("Epoch", .trailing), .init("Loss", .trailing), .init("Chance", .trailing),
      .init("Learning rate", .trailing),
    ]
    if let validator { columns.append(.init("Validation \(validator.settings.metricName)", .trailing)) }
    let rows: [[Table.Cell]] = reports.enumerated().map { index, report in
      var row: [Table.Cell] = [
        .int(report.epoch), .real(report.meanLoss, digits: 4), .real(report.chanceLoss, digits: 4),
        .text(NumberFormat.significant(report.learningRate, digits: 3)),
      ]
      if validator != nil {
        row.append(index < validation.count ? .real(validation[index], digits: 4) : .empty)
      }
      return row
    }
    let caption =
      "\(NumberFormat.grouped(encoded.clicks.samples.count)) samples, \(NumberFormat.grouped(trainer.stepsInEpoch)) steps an epoch."
    return Table(name: "epochs", caption: caption, columns: columns, rows: rows)
  }

  private func lossPlot(_ reports: [EpochReport]) -> Plot {
    let epochs = reports.map { Double($0.epoch) }
    return Plot(
      name: "loss",
      title: "Loss per epoch",
      description: "The mean loss of each epoch, and the loss of guessing.",
      x: .init("epoch"),
      y: .init("loss (\(step.options.form.unit))"),
      series: [
        .init("loss", .line, x: epochs, y: reports.map(\.meanLoss)),
        .init("chance", .reference, x: epochs, y: reports.map(\.chanceLoss)),
      ]
    )
  }

  private func validationPlot() -> Plot {
    let name = validator?.settings.metricName ?? ""
    return Plot(
      name: "validation",
      title: "Validation \(name) per epoch",
      description: "\(name) on the validation clicks after each epoch.",
      x: .init("epoch"),
      y: .init(name),
      series: [.init(name, .line, x: validation.indices.map { Double($0 + 1) }, y: validation)]
    )
  }
}

extension SavedOptimizer {
  /// What the optimiser of `trainer` remembers now.
  /// - Throws: `FileError` where there is no room for a copy.
  init(_ trainer: Trainer) throws {
    let state = try trainer.optimizerState
    self.init(states: state.states, steps: state.steps)
  }
}
