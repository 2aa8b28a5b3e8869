/// Arithmetic over repeated measurements.
enum Median {
  /// The middle value, or the mean of both where their number is even; not a number where there are none.
  static func of(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// How two sides compare that were measured in pairs, one after the other.
struct PairedRatio: Equatable {
  /// The ratio of the medians, theirs over ours: above 1 where ours is less.
  let ratio: Double
  /// The least ratio of a pair.
  let least: Double
  /// The largest ratio of a pair.
  let largest: Double

  /// Compares as many as both have.
  init(ours: [Double], theirs: [Double]) {
    ratio = Median.of(theirs) / Median.of(ours)
    let ratios = zip(ours, theirs).map { $1 / $0 }
    least = ratios.min() ?? .nan
    largest = ratios.max() ?? .nan
  }
}
