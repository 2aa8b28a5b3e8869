import Glibc

/// A line of ages on a log scale: the first bucket is age 0, the last `longestHours`, and between them buckets lie
/// evenly in ln(1 + hours).
package struct AgeBuckets: Sendable, Equatable, Codable {
  /// How many there are, 2 or more.
  package var count: Int
  /// The age of the last one, in hours, above 0; what is older counts as this.
  package var longestHours: Double

  /// Makes a line.
  package init(count: Int, longestHours: Double) {
    self.count = count
    self.longestHours = longestHours
  }

  /// Where an age lies: 1 + (count - 1) ln(1 + age) / ln(1 + longest), from 1 to `count`; 0 for no number.
  ///
  /// What is below 0 (a request before the item was made) counts as 0.
  package func place(_ ageHours: Double) -> Float {
    guard !ageHours.isNaN else { return 0 }
    let held = min(max(ageHours, 0), longestHours)
    return Float(1 + Double(count - 1) * (log1p(held) / log1p(longestHours)))
  }
}
