/// Solves rising functions.
enum Bisection {
  /// Where a rising function reaches `target` within a range: its end nearest to that where it does not.
  static func solve(_ target: Double, in range: ClosedRange<Double>, _ function: (Double) -> Double) -> Double
  {
    var low = range.lowerBound
    var high = range.upperBound
    while true {
      let middle = low + (high - low) / 2
      // No number lies between the ends any more.
      guard middle > low && middle < high else { return middle }
      if function(middle) < target { low = middle } else { high = middle }
    }
  }
}
