/// What one execution of a step took on this machine.
package struct WorkRecord: Codable, Sendable, Equatable {
  /// The step's name.
  package var step: String
  /// The kind of its work.
  package var kind: String
  /// The machine.
  package var host: String
  /// How many threads it had.
  package var threads: Int
  /// How much work it was, as ``Forecast/work``.
  package var work: Double
  /// The seconds that it took.
  package var seconds: Double
  /// The bytes that its sizes explained, as ``Forecast/memory``; nil where they told nothing.
  package var memory: Double?
  /// The most bytes that the process had in memory by the step's end, where it was the step that raised it; else nil.
  package var peak: Double?
  /// The bytes of its result on disk.
  package var disk: Double
  /// The sizes of what it gave.
  package var sizes: [String: Double]

  /// Writes down what was measured.
  package init(
    step: String,
    host: String,
    threads: Int,
    forecast: Forecast,
    seconds: Double,
    peak: Double?,
    disk: Double,
    sizes: [String: Double]
  ) {
    (self.step, self.host, self.threads, self.seconds) = (step, host, threads, seconds)
    (kind, work, memory) = (forecast.kind, forecast.work, forecast.memory)
    (self.peak, self.disk, self.sizes) = (peak, disk, sizes)
  }
}
