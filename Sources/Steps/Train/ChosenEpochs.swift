import Files
import Notebook
import Recall
import Recipe
import Report

/// How many epochs an earlier run's early stopping chose, and what that run measured: for a training on all clicks, of which
/// none are left to stop it by.
struct ChosenEpochs: Sendable {
  /// A figure of that run.
  struct Figure: Sendable {
    /// The cell that measured it.
    var cell: String
    /// Its name: `hit_rate@20`.
    var name: String
    var value: Double
  }

  /// What the run is called under the outputs, or its folder where it stands elsewhere.
  let name: String
  /// The run's record.
  let record: InputFile
  /// Where its report is, as the report of another run of the store has it.
  let report: String
  /// How many epochs early stopping chose.
  let epochs: Int
  /// How many there would have been without it: over so many the learning rate moved.
  let allEpochs: Int
  /// What it measured, in the order of its cells.
  let figures: [Figure]

  /// Finds the run `name` and what the cell `cell`, or else its only training, says there.
  /// - Throws: `RunRefusal` where there is no such run, or no early stopping in it; what reading it throws.
  init(_ name: String, cell: String, outputs: String) throws {
    let run = try RunReference(name).run(in: RunStore(outputs))
    let document = run.document
    let trainings = document.cells.filter { $0.step == TrainStep.name }
    guard let training = trainings.first(where: { $0.id == cell }) ?? trainings.first,
      trainings.count == 1 || training.id == cell
    else {
      throw RunRefusal(
        trainings.isEmpty
          ? "the run '\(run.name)' has no 'train' cell"
          : "the run '\(run.name)' has the trainings \(trainings.map { "'\($0.id)'" }.joined(separator: ", ")), and none is "
            + "called '\(cell)', as this one is"
      )
    }
    guard let best = run.metric("\(training.id).best_epoch"), let epochs = Int(exactly: best),
      (1...10_000).contains(epochs)
    else {
      throw RunRefusal(
        "the run '\(run.name)' did not choose a number of epochs: its '\(training.id)' has no early_stopping; run it with "
          + "'validation: {}' and 'early_stopping: {}' there, and 'validation: second_last' in 'split'"
      )
    }
    self.name = run.recipeFolder.isEmpty ? run.directory : "\(run.recipeFolder)/\(run.id)"
    record = InputFile(
      shown: FilePaths.join(run.directory, ReportDocument.file),
      absolute: FilePaths.absolute(FilePaths.join(run.directory, ReportDocument.file)),
      facts: "the run that chose the epochs"
    )
    report =
      (run.recipeFolder.isEmpty ? run.directory : FilePaths.join("../..", self.name))
      + "/\(ReportFormat.md.file)"
    self.epochs = epochs
    let written = run.setting("\(training.id).epochs").flatMap { Int($0) }
    allEpochs = max(epochs, written ?? epochs)
    figures = Self.figures(document, training.id)
  }

  /// What was measured of the model itself: the validation metric, and rankings by `eval`.
  private static func figures(_ document: ReportDocument, _ training: String) -> [Figure] {
    let evals = Set(document.cells.filter { $0.step == EvalStep.name }.map(\.id))
    return document.metrics.compactMap { metric in
      guard let value = metric.value, let dot = metric.name.firstIndex(of: ".") else { return nil }
      let (cell, name) = (
        String(metric.name[..<dot]), String(metric.name[metric.name.index(after: dot)...])
      )
      let isValidation = cell == training && name.hasPrefix(TrainStep.validationPrefix)
      guard isValidation || evals.contains(cell) && isRanking(name) else { return nil }
      return Figure(cell: cell, name: name, value: value)
    }
  }

  /// Whether `name` is one of the model's own: `ndcg@20`, and no baseline's.
  private static func isRanking(_ name: String) -> Bool {
    let parts = name.split(separator: "@")
    return parts.count == 2 && RankingMetric(rawValue: String(parts[0])) != nil && Int(parts[1]) != nil
  }

  /// What the report says of it.
  /// - Parameter isMeasured: whether clicks are held out here.
  func blocks(isMeasured: Bool) -> [Block] {
    let link = "[\(MarkdownText.code(name))](\(report))"
    var text = "\(epochs) epochs, as early stopping chose in the run \(link)"
    text += allEpochs > epochs ? ", at the learning rates that it had: those of \(allEpochs) epochs." : "."
    guard !isMeasured else { return [.prose(text)] }
    text +=
      " The split holds nothing out, so that nothing is measured here; the figures of that run stand for this model:"
    guard !figures.isEmpty else {
      return [.prose(text.dropLast() + ", which measured nothing but the epochs.")]
    }
    let rows: [[Table.Cell]] = figures.map { figure in
      [.text(figure.name), .real(figure.value, digits: 4), .text(figure.cell)]
    }
    return [
      .prose(text),
      .table(
        Table(
          name: "figures",
          columns: [.init("Figure"), .init("Value", .trailing), .init("Measured by")],
          rows: rows
        )
      ),
    ]
  }
}
