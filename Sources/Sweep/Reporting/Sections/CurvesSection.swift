import Notebook
import Recipe
import Report

/// The trials' curves, and what was pruned when.
enum CurvesSection: StudySection {
  private static let mostRows = 12

  static func blocks(_ study: StudyDigest) -> [Block] {
    let heading = Block.heading(level: 2, text: "Learning curves and pruning")
    let shown = study.facts.trials.sorted { $0.number < $1.number }
      .filter { $0.state == .complete || $0.state == .pruned }
    let curves = shown.filter { !$0.curve.isEmpty }
    guard !curves.isEmpty else {
      return [heading, .prose("No trial reported values on the way." + prunedWords(study))]
    }
    return [heading, .prose(words(curves, study) + prunedWords(study)), .plot(plot(curves, study))]
      + table(shown, study)
  }

  private static func words(_ curves: [Trial], _ study: StudyDigest) -> String {
    "The value of \(Words.code(study.progress.metric)) after each epoch, a line a trial "
      + "(\(Words.count(curves.count, "trial")) with values on the way; "
      + "\(study.progress.direction == .maximize ? "higher" : "lower") is better)."
  }

  private static func prunedWords(_ study: StudyDigest) -> String {
    guard !study.pruned.isEmpty else { return " No trial was pruned." }
    let method = study.facts.earlyTermination.map { " by \($0)" } ?? ""
    return " \(Words.count(study.pruned.count, "trial")) of \(study.facts.trials.count) "
      + "\(study.pruned.count == 1 ? "was" : "were") pruned\(method)."
  }

  private static func plot(_ curves: [Trial], _ study: StudyDigest) -> Plot {
    let best = study.ranked.first?.trials.first { $0.firstValue != nil && !$0.curve.isEmpty }
    let others = curves.filter { $0.number != best?.number }
    let groups: [(String, [Trial])] = [
      ("complete", others.filter { $0.state == .complete }),
      ("pruned", others.filter { $0.state == .pruned }),
      ("best setting", [best].compactMap { $0 }),
    ]
    let series = groups.filter { !$0.1.isEmpty }.map { strands($0.0, $0.1) }
    return Plot(
      name: "curves",
      title: "Learning curves",
      description: "Each trial's \(study.progress.metric) after each epoch; pruned trials end early.",
      x: Plot.Axis("epoch"),
      y: study.metricAxis(curves.flatMap { $0.curve.map(\.value) }, of: study.progress),
      series: series
    )
  }

  private static func strands(_ name: String, _ trials: [Trial]) -> Plot.Series {
    var strands = Strands()
    for trial in trials {
      for value in trial.curve { strands.append(Double(value.step), value.value) }
      strands.lift()
    }
    return strands.series(name)
  }

  /// How many were pruned after which epoch, epochs taken together where there are many.
  private static func table(_ trials: [Trial], _ study: StudyDigest) -> [Block] {
    guard !study.pruned.isEmpty else { return [] }
    func last(_ trial: Trial) -> Int { trial.intermediates.last?.step ?? 0 }
    let ends = study.pruned.map(last)
    let isFine = Set(ends).count <= mostRows
    let width = isFine ? 1 : ((ends.max() ?? 1) + mostRows - 1) / mostRows
    let starts = Set(ends.map { $0 <= 0 ? 0 : ($0 - 1) / width * width + 1 }).sorted()
    let rows = starts.map { start -> [Table.Cell] in
      let epochs = start == 0 ? 0...0 : start...(start + width - 1)
      let label =
        start == 0 ? "before the first" : width == 1 ? "\(start)" : "\(start) to \(epochs.upperBound)"
      return [
        .text(label), .int(trials.filter { last($0) >= start }.count),
        .int(ends.filter(epochs.contains).count), .int(trials.filter { last($0) > epochs.upperBound }.count),
      ]
    }
    let titles = ["Epoch", "Trials that got there", "Pruned", "Went on"]
    return [.table(Table(columns: titles.map { .init($0, .trailing) }, rows: rows))]
  }
}
