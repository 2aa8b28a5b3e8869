extension NumpyGenerator {
  /// An integer in `low..<high`: `rng.integers(low, high)` of NumPy's default type, int64.
  ///
  /// `low` must be below `high`.
  @inlinable
  package mutating func integers(_ low: Int, _ high: Int) -> Int {
    precondition(low < high, "integers(low, high) needs low < high")
    let span = UInt64(bitPattern: Int64(high)) &- UInt64(bitPattern: Int64(low)) &- 1
    return Int(truncatingIfNeeded: UInt64(bitPattern: Int64(low)) &+ bounded(span))
  }

  /// `count` integers in `low..<high`: `rng.integers(low, high, count)`.
  package mutating func integers(_ low: Int, _ high: Int, count: Int) -> [Int] {
    precondition(low < high, "integers(low, high) needs low < high")
    let span = UInt64(bitPattern: Int64(high)) &- UInt64(bitPattern: Int64(low)) &- 1
    // The state stays in registers.
    var generator = self
    let drawn = [Int](unsafeUninitializedCapacity: count) { drawn, filled in
      for place in 0..<count {
        drawn.initializeElement(at: place, to: low &+ Int(truncatingIfNeeded: generator.bounded(span)))
      }
      filled = count
    }
    self = generator
    return drawn
  }

  /// `count` Doubles in [0, 1): `rng.random(count)`.
  package mutating func random(count: Int) -> [Double] {
    (0..<count).map { _ in random() }
  }

  /// A word in `0...largest`, without bias.
  ///
  /// NumPy spends half a word where the range fits in 32 bits and a whole one otherwise.
  ///
  /// Source: D. Lemire, "Fast Random Integer Generation in an Interval", 2019, as in NumPy's
  /// `random_bounded_uint64`.
  @inlinable @inline(__always)
  mutating func bounded(_ largest: UInt64) -> UInt64 {
    if largest == 0 { return 0 }
    if largest < 0xffff_ffff { return UInt64(bounded32(UInt32(largest))) }
    if largest == 0xffff_ffff { return UInt64(nextUInt32()) }
    if largest == .max { return nextUInt64() }
    let count = largest + 1
    var product = nextUInt64().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (UInt64.max - largest) % count
      while product.low < threshold { product = nextUInt64().multipliedFullWidth(by: count) }
    }
    return product.high
  }

  @inlinable @inline(__always)
  mutating func bounded32(_ largest: UInt32) -> UInt32 {
    let count = largest + 1
    var product = nextUInt32().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (UInt32.max - largest) % count
      while product.low < threshold { product = nextUInt32().multipliedFullWidth(by: count) }
    }
    return product.high
  }

  /// A word in `0...largest` by drawing as many bits as it has until they fit: NumPy's `random_interval`.
  @inlinable @inline(__always)
  mutating func masked(_ largest: UInt64) -> UInt64 {
    if largest == 0 { return 0 }
    let mask = UInt64.max >> UInt64(largest.leadingZeroBitCount)
    while true {
      let value = (largest <= 0xffff_ffff ? UInt64(nextUInt32()) : nextUInt64()) & mask
      if value <= largest { return value }
    }
  }
}
