/// A metric that a study moves, and where to.
public struct Goal: Sendable, Equatable, Codable {
  /// Which way is better.
  public enum Direction: String, Sendable, Codable, CaseIterable {
    case minimize, maximize
  }

  /// The metric's full name: `eval.validation.ndcg@20`.
  public var metric: String
  /// Which way is better.
  public var direction: Direction

  /// Makes a goal.
  public init(metric: String, direction: Direction) {
    self.metric = metric
    self.direction = direction
  }

  /// The value turned so that smaller is better.
  public func loss(_ value: Double) -> Double { direction == .minimize ? value : -value }
}
