import Files
import Report

/// What came of one cell.
package struct CellOutcome {
  /// What the step left.
  package var entry: CacheEntry
  /// Whether it was taken from the cache.
  package var isCached: Bool
  /// Where the files of the entry are.
  package var filesFolder: String
}

/// One expectation, and the value that met or broke it.
package struct ExpectationResult {
  /// The metric's full name.
  package var metric: String
  /// What was expected: `>= 0.5`.
  package var expected: String
  /// What came; nil where the metric has no value.
  package var value: Double?
  /// Whether it was met.
  package var isMet: Bool
}

/// A finished run.
package struct RunSummary {
  /// The run directory.
  package var directory: String
  /// The report.
  package var reportPath: String
  /// All expectations, in the order of the recipe.
  package var expectations: [ExpectationResult]
  /// All metrics by full name, in order.
  package var metrics: [(name: String, value: Double?)]
  /// How many cells were taken from the cache.
  package var cachedCells: Int
  /// How many cells there are.
  package var cells: Int
  /// What became of each cell, in order.
  package var cellRecords: [CellRecord]
  /// The digests of the files that were read, by their absolute paths.
  package var inputs: [String: Digest]

  /// One cell of a run.
  package struct CellRecord: Sendable {
    /// The cell's id.
    package var id: String
    /// The key of its result.
    package var key: String
    /// The seconds the work took, now or when it was done.
    package var seconds: Double
    /// Whether the result came from the cache.
    package var isCached: Bool
  }
}

/// A step that failed, and which.
package struct StepFailed: Error, CustomStringConvertible {
  /// The cell's id.
  package var cell: String
  /// Why.
  package var reason: any Error
  /// The cell and the reason, in words.
  package var description: String { "'\(cell)' failed: \(reason)" }
}
