import Glibc

/// What a step is likely to take, by what such steps took here.
package struct WorkEstimate: Sendable, Equatable {
  /// Seconds: the likely ones, and the least and the most by single records.
  package var seconds: (likely: Double, least: Double, most: Double)
  /// The bytes of memory at its height; nil where neither records nor sizes tell.
  package var memory: Double?
  /// The bytes of its result on disk.
  package var disk: Double
  /// Sizes of what it gives, where the step itself does not know them.
  package var sizes: [String: Double]
  /// How many records it is made of.
  package var records: Int
  /// How many times as much work it is as in the record that is nearest.
  package var distance: Double

  /// So many records, the nearest in the amount of work, are taken.
  private static let most = 5

  /// Estimates by those of `records` that are of the same step, kind and machine; nil where there is none.
  ///
  /// Each of the nearest says: its seconds, disk and sizes times the ratio of work. Its memory grows by what sizes explain,
  /// and the rest of it stays. Of what they say the median is taken. Records with another number of threads are taken only
  /// where there is none with this one.
  package init?(_ step: String, _ forecast: Forecast, host: String, threads: Int, among records: [WorkRecord])
  {
    let same = records.filter {
      $0.step == step && $0.kind == forecast.kind && $0.host == host && $0.work > 0
    }
    guard forecast.work > 0, forecast.work.isFinite, !same.isEmpty else { return nil }
    let equal = same.filter { $0.threads == threads }
    func distance(_ record: WorkRecord) -> Double { abs(log(forecast.work / record.work)) }
    // Of equally near ones the newest.
    let near = (equal.isEmpty ? same : equal).enumerated()
      .sorted { (distance($0.element), -$0.offset) < (distance($1.element), -$1.offset) }
      .prefix(Self.most).map(\.element)
    let times = near.map { $0.seconds * forecast.work / $0.work }
    seconds = (Self.median(times) ?? 0, times.min() ?? 0, times.max() ?? 0)
    disk = Self.median(near.map { $0.disk * forecast.work / $0.work }) ?? 0
    let heights = near.compactMap { record -> Double? in
      guard let peak = record.peak else { return nil }
      guard let now = forecast.memory, let then = record.memory else {
        return peak * forecast.work / record.work
      }
      return max(peak + now - then, now)
    }
    memory = Self.median(heights) ?? forecast.memory
    self.records = near.count
    self.distance = near.first.map { forecast.work / $0.work } ?? 1
    let first = near.first
    sizes = (first?.sizes ?? [:]).mapValues { $0 * forecast.work / (first?.work ?? 1) }
  }

  private static func median(_ values: [Double]) -> Double? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    return 0.5 * (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2])
  }

  /// Whether all parts are the same.
  package static func == (one: WorkEstimate, other: WorkEstimate) -> Bool {
    one.seconds == other.seconds && one.memory == other.memory && one.disk == other.disk
      && one.sizes == other.sizes && one.records == other.records && one.distance == other.distance
  }
}
