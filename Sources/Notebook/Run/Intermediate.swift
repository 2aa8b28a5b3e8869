/// A value that a step gives on the way to its result.
public struct Intermediate: Sendable, Equatable, Codable {
  /// The id of the cell.
  public var cell: String
  /// How far the step is, from 1: the epoch.
  public var step: Int
  /// The metric.
  public var value: Double
  /// The seconds since the step began.
  public var seconds: Double
}

/// A run that was stopped because its values on the way promised less than those of others.
public struct Pruned: Error, Equatable, CustomStringConvertible {
  /// Why, in words.
  public var description: String
  /// Makes the error.
  public init(_ reason: String) { description = reason }
}
