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

  /// Wilson's score interval of 95 % for a share.
  ///
  /// For a mean of shares, each within 0 and 1, it is at least as wide as it needs to be: no such values vary more than those
  /// that are 0 or 1 and have the same mean.
  ///
  /// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22(158), 1927.
  /// - Parameters:
  ///   - share: the share, from 0 to 1.
  ///   - count: how many values it is the mean of; the interval of none is all there is.
  package init(wilson share: Double, of count: Int) {
    guard count > 0 else {
      self.init(low: 0, high: 1)
      return
    }
    // The quantile 0.975 of the standard normal distribution.
    let z = 1.959_963_984_540_054
    let n = Double(count)
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    self.init(low: max(0, centre - half), high: min(1, centre + half))
  }
}
