import Glibc

/// Student's t distribution with a whole number of degrees of freedom.
enum StudentT {
  /// The probability that a t variable lies within ±`t`.
  ///
  /// Source: Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4.
  static func probabilityWithin(_ t: Double, freedom: Int) -> Double {
    precondition(freedom >= 1, "degrees of freedom count from 1")
    let angle = atan(abs(t) / Double(freedom).squareRoot())
    guard freedom > 1 else { return 2 * angle / .pi }
    let cosine = cos(angle)
    let isOdd = freedom % 2 == 1
    var term = isOdd ? cosine : 1
    var sum = 0.0
    for index in stride(from: isOdd ? 3 : 2, through: freedom, by: 2) {
      sum += term
      term *= cosine * cosine * Double(index - 1) / Double(index)
    }
    return isOdd ? 2 / .pi * (angle + sin(angle) * sum) : sin(angle) * sum
  }

  /// The t below which a share `probability`, above 0.5 and below 1, of the distribution lies.
  ///
  /// Departure: the equations above are solved by halving an interval, not by an expansion: exact to rounding.
  static func quantile(_ probability: Double, freedom: Int) -> Double {
    precondition(probability >= 0.5 && probability < 1, "the quantile of a share from 0.5 to below 1")
    return Bisection.solve(2 * probability - 1, in: 0...1e9) { probabilityWithin($0, freedom: freedom) }
  }
}
