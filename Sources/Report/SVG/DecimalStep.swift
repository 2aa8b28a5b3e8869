import Glibc

/// A step of 1, 2 or 5 times a power of ten, counted in whole numbers so that ticks carry no rounding error.
struct DecimalStep: Equatable {
  var mantissa: Int
  var exponent: Int

  /// The step's size.
  var size: Double { value(1) }

  /// A number of steps.
  func value(_ count: Int) -> Double { Self.scaled(Double(count * mantissa), exponent) }

  /// A number times a power of ten; dividing by a whole power is exact where multiplying by a part is not.
  static func scaled(_ value: Double, _ exponent: Int) -> Double {
    exponent >= 0 ? value * pow(10, Double(exponent)) : value / pow(10, Double(-exponent))
  }

  /// The smallest step of which at most `count` fit in a range; at least 1 where only whole numbers make sense.
  static func nice(range: Double, count: Int, isInteger: Bool) -> DecimalStep {
    let raw = range / Double(max(count, 1))
    var exponent = Int(floor(log10(raw)))
    var residual = scaled(raw, -exponent)
    if residual >= 10 { (residual, exponent) = (residual / 10, exponent + 1) }
    if isInteger && exponent < 0 { return DecimalStep(mantissa: 1, exponent: 0) }
    // A hair's tolerance: a range of exactly five steps is no reason to take the next larger step.
    for mantissa in [1, 2, 5] where residual <= Double(mantissa) * 1.000001 {
      return DecimalStep(mantissa: mantissa, exponent: exponent)
    }
    return DecimalStep(mantissa: 1, exponent: exponent + 1)
  }

  /// How many whole steps reach the value from zero, not beyond it.
  func floorCount(_ value: Double) -> Int { Int(floor(value / size + 1e-9)) }

  /// How many whole steps it takes from zero to reach the value.
  func ceilingCount(_ value: Double) -> Int { Int(ceil(value / size - 1e-9)) }
}
