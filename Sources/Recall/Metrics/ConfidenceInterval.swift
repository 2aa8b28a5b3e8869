/// An interval around a figure.
package struct ConfidenceInterval: Sendable, Equatable {
  /// The lower end.
  package var low: Double
  /// The upper end.
  package var high: Double

  /// Makes an interval from its ends.
  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// The percentile interval: from the quantile `(1 − level) / 2` of resampled figures to the quantile
  /// `(1 + level) / 2`, each interpolated linearly, as NumPy's `quantile` does.
  ///
  /// Source: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
  /// - Parameters:
  ///   - values: one or more, in any order.
  ///   - level: above 0 and below 1.
  package init(percentilesOf values: some Collection<Double>, level: Double) {
    precondition(!values.isEmpty, "an interval needs a value")
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = min(Int(place), sorted.count - 1)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    self.init(low: quantile((1 - level) / 2), high: quantile((1 + level) / 2))
  }
}
