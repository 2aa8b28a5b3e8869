import Glibc

/// What the best of several draws from one normal distribution looks like.
enum NormalOrder {
  /// The expected greatest of `count` standard normal draws; 0 for one or none.
  ///
  /// Source: Blom, "Statistical Estimates and Transformed Beta-Variables" (1958): the expected i-th of n is about
  /// Φ⁻¹((i - 3/8) / (n + 1/4)); here i = n.
  static func expectedGreatest(of count: Int) -> Double {
    guard count > 1 else { return 0 }
    return quantile((Double(count) - 0.375) / (Double(count) + 0.25))
  }

  /// The value below which a share `probability`, above 0 and below 1, of the standard normal lies.
  ///
  /// Source: Abramowitz and Stegun (1964), 26.2.29 gives Φ by the error function; it is solved by halving.
  static func quantile(_ probability: Double) -> Double {
    Bisection.solve(probability, in: -38...38) { erfc(-$0 / 2.0.squareRoot()) / 2 }
  }
}
