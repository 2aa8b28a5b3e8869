/// Loops over short rows of numbers that add up in one order, whatever stands beside them.
enum FloatRows {
  /// The inner product of two rows of `count` numbers: eight sums side by side, then these, then what is left.
  static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = SIMD8<Float>(repeating: 0)
    var place = 0
    while place + 8 <= count {
      sums += load(a + place) * load(b + place)
      place += 8
    }
    var sum = sums.sum()
    while place < count {
      sum += a[place] * b[place]
      place += 1
    }
    return sum
  }

  /// `target += factor * row`, of `count` numbers.
  static func add(
    _ factor: Float,
    _ row: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    for place in 0..<count { target[place] += factor * row[place] }
  }

  @inline(__always)
  private static func load(_ start: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(start).loadUnaligned(as: SIMD8<Float>.self)
  }
}
