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
  /// What the metric is the mean of; nil where nobody asked for it, or there is nothing. Not written with the rest.
  package var units: UnitValues?

  private enum CodingKeys: String, CodingKey { case cell, step, value, seconds }
}

/// What a step tells on the way to its result, one value after another.
package struct ProgressMetric: Sendable, Equatable {
  /// What is measured, for messages: `validation_ndcg@20`.
  package var name: String
  /// Whether larger is better.
  package var isLargerBetter: Bool
  /// How many values a whole run of the step gives at most.
  package var length: Int
  /// Whether each value is the mean over units, of the same ones every time, that are told with it.
  package var hasUnits: Bool

  /// Names a measure.
  package init(_ name: String, isLargerBetter: Bool, length: Int, hasUnits: Bool = false) {
    self.name = name
    self.isLargerBetter = isLargerBetter
    self.length = length
    self.hasUnits = hasUnits
  }
}

/// Values of which a metric is the mean, such as one for each user.
package struct UnitValues: Sendable, Equatable {
  /// What tells units apart, such as users' keys; the same in every run of the same data.
  package var ids: [Int64]
  /// The value of each, `[ids.count]`.
  package var values: [Double]

  /// Puts them together.
  package init(ids: [Int64], values: [Double]) {
    precondition(ids.count == values.count, "a value for each unit")
    self.ids = ids
    self.values = values
  }

  /// Their mean, summed in their order; 0 where there are none.
  package var mean: Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }
}

/// A run that was stopped because its values on the way promised less than those of others.
package struct Pruned: Error, Equatable, CustomStringConvertible {
  /// Why, in words.
  package var description: String
  /// Makes the error.
  package init(_ reason: String) { description = reason }
}
