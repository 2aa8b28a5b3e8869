import Files
import Report

/// What one execution of a step left: what the report shows, its metrics, its files.
package struct CacheEntry: Codable, Equatable {
  /// One metric.
  package struct Metric: Codable, Equatable, Sendable {
    /// The name without the cell's id: `hit_rate@20`.
    package var name: String
    /// The value; nil where there is none.
    package var value: Double?
  }

  /// One file that the step wrote.
  package struct File: Codable, Equatable, Sendable {
    /// The name inside the run directory.
    package var name: String
    /// The size in bytes.
    package var size: Int
    /// The digest of its content.
    package var digest: Digest
  }

  /// The step's name.
  package var step: String
  /// What the report shows.
  package var blocks: [Block]
  /// The metrics in the order they were given.
  package var metrics: [Metric]
  /// The files in the order they were made.
  package var files: [File]
  /// What was written of the artifact, or nil where the step writes none.
  package var artifact: BundleFile.Stored?
  /// The seconds the work took.
  package var seconds: Double
  /// What it gave on the way; nil for nothing.
  package var intermediates: [Intermediate]?
  /// In a few words, what came out.
  package var summary = ""
  /// What the report's first page says of it.
  package var highlights: [ReportDocument.Highlight] = []
  /// The figure that it comes down to; nil where it measures nothing.
  package var headline: Headline?
  /// What its figures are measured under.
  package var measuredUnder: [ReportDocument.Fact] = []
  /// What it says of how it measures, by the names of ``ProtocolPoint``; nil where it says nothing.
  package var protocolPoints: [ReportDocument.Fact]?
}
