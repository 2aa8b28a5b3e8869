import Memory

/// Where the dropout masks of one step come from: a seed and the number of the step.
struct DropoutKey: Sendable, Equatable {
  private let base: UInt64

  /// Makes the key of step `step`, counted from 0 over all epochs.
  init(seed: Int, step: Int) {
    var generator = NumpyGenerator(seed: seed, stream: "dropout")
    base = Self.mix(generator.nextUInt64() &+ UInt64(truncatingIfNeeded: step))
  }

  /// The key of the mask of one layer.
  func layer(_ number: Int) -> UInt64 { Self.mix(base &+ UInt64(truncatingIfNeeded: number)) }

  /// Source: G. L. Steele et al., "Fast splittable pseudorandom number generators", OOPSLA 2014 (SplitMix64).
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
