/// What a share of a count is, as a person reckons it who reads the share in decimals.
///
/// In binary 0.29 is a little less than 0.29 and its product with 100 less than 29. Where the exact product of the
/// number that was written and the count is a multiple of one half, the product here is off by less than the rounding of
/// both, and the multiple is taken.
package enum DecimalShare {
  /// `share · count`, rounded down.
  package static func floor(_ share: Double, of count: Int) -> Int {
    Int(product(share, count).rounded(.down))
  }

  /// `share · count`, rounded to the nearest whole number, halves up.
  package static func rounded(_ share: Double, of count: Int) -> Int {
    Int(product(share, count).rounded(.toNearestOrAwayFromZero))
  }

  /// `share · count`, rounded to the nearest whole number, halves down.
  package static func roundedHalfDown(_ share: Double, of count: Int) -> Int {
    Int((product(share, count) - 0.5).rounded(.up))
  }

  private static func product(_ share: Double, _ count: Int) -> Double {
    let product = share * Double(count)
    let half = (2 * product).rounded() / 2
    return abs(product - half) <= product.ulp + share.ulp * Double(count) / 2 ? half : product
  }
}
