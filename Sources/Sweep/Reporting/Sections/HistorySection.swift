import Notebook
import Report

/// How the best value came about, trial by trial.
enum HistorySection: StudySection {
  static func blocks(_ study: StudyDigest) -> [Block] {
    let heading = Block.heading(level: 2, text: "History of the best")
    let complete = study.complete.compactMap { trial in trial.firstValue.map { (trial.number, $0) } }
    guard !complete.isEmpty else { return [heading, .prose("No trial completed with a value.")] }
    let pruned = study.pruned.compactMap { trial in trial.curve.last.map { (trial.number, $0.value) } }
    let steps = improvements(complete, study.goal)
    let last = study.facts.trials.map(\.number).max() ?? 0
    var series = [points("complete", complete)]
    if !pruned.isEmpty { series.append(points("pruned, last value", pruned)) }
    series.append(stairs(steps, to: last))
    if let baseline = study.facts.baseline, baseline.isFinite {
      series.append(.init("base recipe", .reference, x: [0, Double(last)], y: [baseline, baseline]))
    }
    let plot = Plot(
      name: "history",
      title: "Value of each trial and the best so far",
      description: "Each trial's \(study.goal.metric) by its number, with the best value so far as a line.",
      x: Plot.Axis("trial"),
      y: study.metricAxis(series.flatMap(\.y)),
      series: series
    )
    return [heading, .prose(words(steps, last: last, study)), .plot(plot)]
  }

  private static func points(_ name: String, _ values: [(Int, Double)]) -> Plot.Series {
    Plot.Series(name, .points, x: values.map { Double($0.0) }, y: values.map(\.1))
  }

  /// The trials that were better than all before them.
  private static func improvements(_ values: [(Int, Double)], _ goal: Goal) -> [(Int, Double)] {
    values.reduce(into: []) { steps, value in
      guard let best = steps.last, goal.loss(value.1) >= goal.loss(best.1) else { return steps.append(value) }
    }
  }

  private static func stairs(_ steps: [(Int, Double)], to last: Int) -> Plot.Series {
    var x: [Double] = []
    var y: [Double] = []
    for step in steps {
      if let before = y.last {
        x.append(Double(step.0))
        y.append(before)
      }
      x.append(Double(step.0))
      y.append(step.1)
    }
    if let level = y.last {
      x.append(Double(last))
      y.append(level)
    }
    return Plot.Series("best so far", .strands, x: x, y: y)
  }

  private static func words(_ steps: [(Int, Double)], last: Int, _ study: StudyDigest) -> String {
    guard let best = steps.last else { return "" }
    let tail = last - best.0
    let after = tail == 0 ? "the last one" : "\(Words.count(tail, "trial")) before the last"
    let pruned =
      study.pruned.isEmpty
      ? "" : " Pruned trials stand at the last value they reached; it is not comparable with a full run's."
    let start =
      steps.count == 1
      ? "The first value was never beaten"
      : "After the first value the best improved \(Words.count(steps.count - 1, "time"))"
    return "\(start); trial \(best.0) holds the best, \(after).\(pruned)"
  }
}
