import Notebook

/// A metric that a study moves, and where to.
package struct Goal: Sendable, Equatable, Codable {
  /// Which way is better.
  package enum Direction: String, Sendable, Codable, CaseIterable {
    case minimize, maximize
  }

  /// The metric's full name: `eval.validation.ndcg@20`.
  package var metric: String
  /// Which way is better.
  package var direction: Direction

  /// Makes a goal.
  package init(metric: String, direction: Direction) {
    self.metric = metric
    self.direction = direction
  }

  /// The value turned so that smaller is better.
  package func loss(_ value: Double) -> Double { direction == .minimize ? value : -value }
}

extension Goal.Direction {
  /// The way that a metric is better where nothing is said: a loss is the better the smaller it is, all others the larger.
  init(usualFor metric: String) {
    let name = metric.split(separator: ".").last ?? ""
    self = name == "loss" || name.hasSuffix("_loss") ? .minimize : .maximize
  }
}

extension Goal {
  /// What a cell tells on the way, and where to.
  init(_ measure: ProgressMetric, of cell: String) {
    self.init(metric: "\(cell).\(measure.name)", direction: measure.isLargerBetter ? .maximize : .minimize)
  }
}
