/// A value that a step gives on the way to its result.
package struct Intermediate: Sendable, Equatable, Codable {
  /// The id of the cell.
  package var cell: String
  /// How far the step is, from 1: the epoch.
  package var step: Int
  /// The metric.
  package var value: Double
  /// The seconds since the step began.
  package var seconds: Double
}

/// A run that was stopped because its values on the way promised less than those of others.
package struct Pruned: Error, Equatable, CustomStringConvertible {
  /// Why, in words.
  package var description: String
  /// Makes the error.
  package init(_ reason: String) { description = reason }
}
