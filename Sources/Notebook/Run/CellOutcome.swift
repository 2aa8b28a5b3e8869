import Report

/// What came of one cell.
public struct CellOutcome {
  /// What the step left.
  public var entry: CacheEntry
  /// Whether it was taken from the cache.
  public var isCached: Bool
  /// Where the files of the entry are.
  public var filesFolder: String
  /// What came out, in a few words; empty for a cached cell.
  public var summary = ""
}

/// One expectation, and the value that met or broke it.
public struct ExpectationResult {
  /// The metric's full name.
  public var metric: String
  /// What was expected: `>= 0.5`.
  public var expected: String
  /// What came; nil where the metric has no value.
  public var value: Double?
  /// Whether it was met.
  public var isMet: Bool
}

/// A finished run.
public struct RunSummary {
  /// The run directory.
  public var directory: String
  /// The report.
  public var reportPath: String
  /// All expectations, in the order of the recipe.
  public var expectations: [ExpectationResult]
  /// All metrics by full name, in order.
  public var metrics: [(name: String, value: Double?)]
  /// How many cells were taken from the cache.
  public var cachedCells: Int
  /// How many cells there are.
  public var cells: Int
  /// What became of each cell, in order.
  public var cellRecords: [CellRecord]

  /// One cell of a run.
  public struct CellRecord: Sendable {
    /// The cell's id.
    public var id: String
    /// The key of its result.
    public var key: String
    /// The seconds the work took, now or when it was done.
    public var seconds: Double
    /// Whether the result came from the cache.
    public var isCached: Bool
  }
}

/// A step that failed, and which.
public struct StepFailed: Error, CustomStringConvertible {
  /// The cell's id.
  public var cell: String
  /// Why.
  public var reason: any Error
  /// The cell and the reason, in words.
  public var description: String { "'\(cell)' failed: \(reason)" }
}
