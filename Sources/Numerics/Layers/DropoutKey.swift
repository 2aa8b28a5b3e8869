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

  private static func mix(_ value: UInt64) -> UInt64 { SplitMix.finish(value &* 0x9E37_79B9_7F4A_7C15) }
}
