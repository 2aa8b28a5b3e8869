import Glibc

extension NumpyGenerator {
  /// A draw from the normal distribution of mean 0 and standard deviation 1: `rng.standard_normal()`.
  ///
  /// Source: the ziggurat of Marsaglia and Tsang, 2000, with 256 layers, as in NumPy's
  /// `random_standard_normal`.
  @inline(__always)
  package mutating func standardNormal() -> Double {
    let word = nextUInt64()
    let layer = Int(word & 0xff)
    let magnitude = word >> 9 & 0x000f_ffff_ffff_ffff
    let x = Double(magnitude) * Double(bitPattern: ZigguratTables.scaleBits[layer])
    let signed = word >> 8 & 1 == 1 ? -x : x
    if magnitude < ZigguratTables.acceptance[layer] { return signed }
    return standardNormal(unlikely: signed, layer: layer, magnitude: magnitude)
  }

  /// What about 1 draw in 100 comes to: the tail, the edge of a layer, or another try.
  @inline(never)
  private mutating func standardNormal(unlikely x: Double, layer: Int, magnitude: UInt64) -> Double {
    if layer == 0 {
      let distance = normalTail()
      let edge = ZigguratTables.tailStart
      return magnitude >> 8 & 1 == 1 ? -(edge + distance) : edge + distance
    }
    let upper = Double(bitPattern: ZigguratTables.densityBits[layer - 1])
    let lower = Double(bitPattern: ZigguratTables.densityBits[layer])
    if (upper - lower) * random() + lower < exp(-0.5 * x * x) { return x }
    return standardNormal()
  }

  /// How far beyond `tailStart` a draw from the tail lies, by Marsaglia's exact method.
  private mutating func normalTail() -> Double {
    while true {
      let x = -ZigguratTables.inverseTailStart * log1p(-random())
      let y = -log1p(-random())
      if y + y > x * x { return x }
    }
  }

  /// A draw from the normal distribution: `rng.normal(mean, standardDeviation)`.
  package mutating func normal(_ mean: Double, _ standardDeviation: Double) -> Double {
    mean + standardDeviation * standardNormal()
  }

  /// `count` draws: `rng.standard_normal(count)`.
  package mutating func standardNormal(count: Int) -> [Double] {
    (0..<count).map { _ in standardNormal() }
  }

  /// Fills `target` with draws rounded to Float32: `rng.normal(mean, sd, n).astype("float32")`.
  ///
  /// Not what NumPy draws with `dtype=float32`, which is another algorithm and another stream.
  package mutating func fillNormal(
    _ target: UnsafeMutableBufferPointer<Float>,
    mean: Double = 0,
    standardDeviation: Double = 1
  ) {
    for index in target.indices { target[index] = Float(normal(mean, standardDeviation)) }
  }

  /// Fills `target` with draws from [low, high), rounded to Float32:
  /// `rng.uniform(low, high, n).astype("float32")`; rounding can reach `high` itself.
  package mutating func fillUniform(_ target: UnsafeMutableBufferPointer<Float>, low: Double, high: Double) {
    for index in target.indices { target[index] = Float(uniform(low, high)) }
  }
}
