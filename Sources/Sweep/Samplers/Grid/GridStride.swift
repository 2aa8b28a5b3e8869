/// The numbers below `count`, each once, so that any beginning of them is spread evenly over all: steps of the golden section, to the
/// nearest number that has no divisor in common with `count`.
struct GridStride {
  private let count: Int
  private let stride: Int

  init(_ count: Int) {
    self.count = count
    var stride = max(1, Int(Double(count) * 0.618_033_988_749_895))
    while stride > 1, Self.divisor(stride, count) > 1 { stride -= 1 }
    self.stride = stride
  }

  /// The number in place `number`, which is below the count.
  func place(_ number: Int) -> Int {
    count.dividingFullWidth(number.multipliedFullWidth(by: stride)).remainder
  }

  private static func divisor(_ one: Int, _ other: Int) -> Int {
    var (one, other) = (one, other)
    while other != 0 { (one, other) = (other, one % other) }
    return one
  }
}
