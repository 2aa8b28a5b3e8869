import Files
import Report

/// What one execution of a step left: what the report shows, its metrics, its files.
public struct CacheEntry: Codable, Equatable {
  /// One metric.
  public struct Metric: Codable, Equatable, Sendable {
    /// The name without the cell's id: `hit_rate@20`.
    public var name: String
    /// The value; nil where there is none.
    public var value: Double?
  }

  /// One file that the step wrote.
  public struct File: Codable, Equatable, Sendable {
    /// The name inside the run directory.
    public var name: String
    /// The size in bytes.
    public var size: Int
    /// The digest of its content.
    public var digest: Digest
  }

  /// The step's name.
  public var step: String
  /// What the report shows.
  public var blocks: [Block]
  /// The metrics in the order they were given.
  public var metrics: [Metric]
  /// The files in the order they were made.
  public var files: [File]
  /// The artifact's size in bytes, or nil where the step writes none.
  public var artifactSize: Int?
  /// The seconds the work took.
  public var seconds: Double
  /// What it gave on the way; nil for nothing.
  public var intermediates: [Intermediate]?
}
