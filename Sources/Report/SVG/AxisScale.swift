import Glibc

/// Where values stand along an axis, linear or logarithmic.
struct AxisScale: Equatable {
  /// The least value.
  var low: Double
  /// The greatest value, above `low`.
  var high: Double
  /// Whether equal steps along the axis are equal factors; then `low` is above zero.
  var isLogarithmic: Bool
  /// The place of `low`, in the picture's units.
  var start: Double = 0
  /// The place of `high`.
  var end: Double = 1

  /// How many powers of ten a logarithmic axis spans; its ends' quotient might overflow.
  var decades: Double { log10(high) - log10(low) }

  /// Where a value stands; what lies beyond the axis stands at its end.
  func position(_ value: Double) -> Double {
    guard value > low else { return start }
    guard value < high else { return end }
    let fraction =
      isLogarithmic ? (log10(value) - log10(low)) / decades : (value - low) / (high - low)
    return start + fraction * (end - start)
  }

  /// An axis over values: never empty, wide enough that its ticks differ.
  static func spanning(_ values: some Sequence<Double>, isLogarithmic: Bool) -> AxisScale {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where !isLogarithmic || value > 0 {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else {
      return AxisScale(low: isLogarithmic ? 1 : 0, high: isLogarithmic ? 10 : 1, isLogarithmic: isLogarithmic)
    }
    if high - low <= max(abs(low), abs(high)) * 1e-9 {
      if isLogarithmic {
        (low, high) = (low / 2, high * 2)
      } else if low == 0 && high == 0 {
        high = 1
      } else {
        let margin = max(abs(low), abs(high)) * 0.1
        (low, high) = (low - margin, high + margin)
      }
    }
    return AxisScale(low: low, high: high, isLogarithmic: isLogarithmic)
  }
}
