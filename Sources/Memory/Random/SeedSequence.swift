/// Spreads a seed over as many well-mixed words as a generator wants, as `numpy.random.SeedSequence` does.
///
/// Source: NumPy `bit_generator.pyx`, after M. E. O'Neill, "Developing a seed_seq Alternative", 2015.
struct SeedSequence {
  private var pool: [UInt32]

  private static let poolSize = 4
  private static let shift: UInt32 = 16

  /// Mixes a non-negative `seed` and, if there are any, the words of a spawn key.
  init(seed: Int, spawnKey: [UInt32] = []) {
    precondition(seed >= 0, "a seed is 0 or more")
    var entropy = [UInt32(truncatingIfNeeded: seed)]
    if seed >> 32 != 0 { entropy.append(UInt32(truncatingIfNeeded: seed >> 32)) }
    if !spawnKey.isEmpty {
      // NumPy pads here, so that a long seed cannot look like a short one with a key.
      entropy += Array(repeating: 0, count: Self.poolSize - entropy.count)
      entropy += spawnKey
    }
    pool = Self.mixed(entropy)
  }

  private static func mixed(_ entropy: [UInt32]) -> [UInt32] {
    var multiplier: UInt32 = 0x43b0_d7e5
    func hash(_ word: UInt32) -> UInt32 {
      var value = word ^ multiplier
      multiplier &*= 0x931e_8875
      value &*= multiplier
      return value ^ value >> shift
    }
    func mix(_ left: UInt32, _ right: UInt32) -> UInt32 {
      let value = 0xca01_f9dd &* left &- 0x4973_f715 &* right
      return value ^ value >> shift
    }
    var pool = (0..<poolSize).map { hash($0 < entropy.count ? entropy[$0] : 0) }
    for source in 0..<poolSize {
      for target in 0..<poolSize where target != source {
        pool[target] = mix(pool[target], hash(pool[source]))
      }
    }
    for word in entropy.dropFirst(poolSize) {
      for target in 0..<poolSize { pool[target] = mix(pool[target], hash(word)) }
    }
    return pool
  }

  /// The first `count` 64-bit words of state, low half first.
  func state(count: Int) -> [UInt64] {
    var multiplier: UInt32 = 0x8b51_f9dd
    let halves = (0..<2 * count).map { index -> UInt64 in
      var value = pool[index % Self.poolSize] ^ multiplier
      multiplier &*= 0x58f3_8ded
      value &*= multiplier
      return UInt64(value ^ value >> Self.shift)
    }
    return (0..<count).map { halves[2 * $0] | halves[2 * $0 + 1] << 32 }
  }
}
