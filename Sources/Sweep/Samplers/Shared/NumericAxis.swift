import Glibc
import Report

/// A numeric distribution laid on a line on which it is uniform between `low` and `high`.
///
/// Values on a grid own a cell of half a step to either side, so that uniform draws on the line, rounded, meet all
/// with the same chance (or, in the logarithm, with a chance proportional to the cell's logarithmic width).
struct NumericAxis {
  /// How values are laid on the line.
  enum Scale {
    case linear, logarithmic
    /// By the cumulative of a normal law.
    case normal(mean: Double, deviation: Double)
  }

  /// How values are laid on the line.
  let scale: Scale
  /// The smallest and largest value.
  let minimum: Double, maximum: Double
  /// The distance of neighbouring values, or nil where all between are allowed.
  let step: Double?
  /// The line's ends.
  let low: Double, high: Double

  /// Lays out `distribution`; nil where it is not numeric.
  init?(_ distribution: Distribution) {
    switch distribution {
    case .categorical: return nil
    case .normal(let mean, let deviation):
      self.init(mean: mean, deviation: deviation)
    case .real(let least, let most, let isLog, let step):
      self.init(from: least, to: most, isLog: isLog, step: step)
    case .integer(let least, let most, let isLog, let step):
      self.init(from: Double(least), to: Double(most), isLog: isLog, step: Double(max(step, 1)))
    }
  }

  private init(mean: Double, deviation: Double) {
    scale = .normal(mean: mean, deviation: deviation)
    (minimum, maximum) = deviation > 0 ? (-.infinity, .infinity) : (mean, mean)
    step = nil
    (low, high) = (0, 1)
  }

  private init(from minimum: Double, to most: Double, isLog: Bool, step: Double?) {
    let step = step.flatMap { $0 > 0 ? $0 : nil }
    // A step need not divide the range; the tolerance is for steps like 0.1.
    let maximum = step.map { min(most, minimum + ((most - minimum) / $0 + 1e-9).rounded(.down) * $0) } ?? most
    let half = (step ?? 0) / 2
    self.minimum = minimum
    self.maximum = maximum
    self.step = step
    // Without a logarithm to take, the scale stays linear.
    guard isLog, minimum > 0 else {
      (scale, low, high) = (.linear, minimum - half, maximum + half)
      return
    }
    // With 1 and a step of 2 the first cell would reach down to 0, whose logarithm has no end.
    (scale, low, high) = (.logarithmic, log(max(minimum - half, minimum / 2)), log(maximum + half))
  }

  /// Whether there is nothing to choose.
  var isSingle: Bool { !(minimum < maximum) }

  /// The number of values, at most `Int.max`, or nil where there is no grid.
  var count: Int? {
    if isSingle { return 1 }
    return step.map { step in
      let steps = ((maximum - minimum) / step).rounded()
      return steps < 0x1p62 ? Int(steps) + 1 : .max
    }
  }

  /// The grid's value number `index`, from 0.
  func value(number index: Int) -> Double { min(maximum, minimum + Double(index) * (step ?? 0)) }

  /// Where `value` lies on the line.
  func position(of value: Double) -> Double {
    switch scale {
    case .linear: value
    case .logarithmic: log(value)
    case .normal(let mean, let deviation): StandardNormal.cumulative((value - mean) / deviation)
    }
  }

  /// The allowed value at, or nearest to, `position`.
  func value(at position: Double) -> Double {
    if isSingle { return minimum }
    let raw: Double
    switch scale {
    case .linear: raw = position
    case .logarithmic: raw = exp(position)
    case .normal(let mean, let deviation):
      // The line's ends are infinitely far; double precision ends at 8.2 deviations.
      return mean + deviation * StandardNormal.quantile(min(max(position, 0x1p-53), 1 - 0x1p-53))
    }
    guard let step else { return min(max(raw, minimum), maximum) }
    let index = ((raw - minimum) / step).rounded()
    return min(max(minimum + index * step, minimum), maximum)
  }

  /// The part of the line that rounds to `value`, or nil where there is no grid.
  func cell(of value: Double) -> (left: Double, right: Double)? {
    guard let step else { return nil }
    guard case .logarithmic = scale else { return (value - step / 2, value + step / 2) }
    let left = value - step / 2
    return (left > 0 ? max(log(left), low) : low, log(value + step / 2))
  }
}
