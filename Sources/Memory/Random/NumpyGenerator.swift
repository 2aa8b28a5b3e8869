/// NumPy's `default_rng(seed)`: the same seed gives the same draws, bit for bit (NumPy 1.26 and 2.x).
///
/// Draws come one at a time or as arrays; both consume the stream alike, as they do in NumPy. A copy
/// goes on from the same state on its own. Nothing depends on the machine or the thread count, but for
/// `standardNormal`, which calls the C library's `exp` and `log1p` in about 1 % of its draws.
///
/// Source: PCG64 (XSL-RR 128/64) of M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient
/// Statistically Good Algorithms for Random Number Generation", 2014, seeded by `SeedSequence`.
package struct NumpyGenerator: Sendable, RandomNumberGenerator {
  @usableFromInline var state: UInt128
  @usableFromInline let increment: UInt128
  @usableFromInline var bufferedHalf: UInt32?

  @inlinable static var multiplier: UInt128 { 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645 }

  /// `numpy.random.default_rng(seed)`; `seed` is 0 or more.
  package init(seed: Int) {
    self.init(SeedSequence(seed: seed))
  }

  /// A stream of its own for the same seed, told apart by a name, as in `"dropout"`.
  ///
  /// Streams of different names, and the unnamed one, are independent of each other. The same as NumPy's
  /// `default_rng(SeedSequence(seed, spawn_key=[n, w0, w1, …]))` with `n` the length of the name in UTF-8
  /// bytes and `w` its bytes as little-endian 32-bit words, the last one padded with zeros.
  package init(seed: Int, stream: String) {
    let bytes = Array(stream.utf8)
    var words = [UInt32(bytes.count)]
    for start in Swift.stride(from: 0, to: bytes.count, by: 4) {
      var word: UInt32 = 0
      for index in start..<min(start + 4, bytes.count) {
        word |= UInt32(bytes[index]) << (8 * UInt32(index - start))
      }
      words.append(word)
    }
    self.init(SeedSequence(seed: seed, spawnKey: words))
  }

  private init(_ sequence: SeedSequence) {
    let words = sequence.state(count: 4)
    let start = UInt128(words[0]) << 64 | UInt128(words[1])
    let stream = UInt128(words[2]) << 64 | UInt128(words[3])
    increment = stream << 1 | 1
    state = increment &+ start
    state = state &* Self.multiplier &+ increment
  }

  /// Goes `count` raw words on, 0 or more, as if they had been drawn; `PCG64.advance(count)`.
  ///
  /// In about log2(count) steps. Source: F. B. Brown, "Random Number Generation with Arbitrary Strides", 1994.
  package mutating func advance(_ count: Int) {
    var (factor, offset): (UInt128, UInt128) = (1, 0)
    var (factorOfPower, offsetOfPower) = (Self.multiplier, increment)
    var rest = UInt(count)
    while rest > 0 {
      if rest & 1 == 1 {
        factor = factor &* factorOfPower
        offset = offset &* factorOfPower &+ offsetOfPower
      }
      offsetOfPower = (factorOfPower &+ 1) &* offsetOfPower
      factorOfPower = factorOfPower &* factorOfPower
      rest >>= 1
    }
    state = factor &* state &+ offset
    bufferedHalf = nil
  }

  /// The next raw 64-bit word; the same as `nextUInt64()`.
  @inlinable
  package mutating func next() -> UInt64 { nextUInt64() }

  /// The next raw 64-bit word.
  @inlinable @inline(__always)
  package mutating func nextUInt64() -> UInt64 {
    state = state &* Self.multiplier &+ increment
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return folded >> turn | folded << ((64 &- turn) & 63)
  }

  /// The next 32-bit word: the low half of a 64-bit one, then its high half.
  @inlinable @inline(__always)
  package mutating func nextUInt32() -> UInt32 {
    if let half = bufferedHalf {
      bufferedHalf = nil
      return half
    }
    let word = nextUInt64()
    bufferedHalf = UInt32(truncatingIfNeeded: word >> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  /// A Double in [0, 1): `rng.random()`.
  @inlinable @inline(__always)
  package mutating func random() -> Double {
    Double(nextUInt64() >> 11) * 0x1p-53
  }

  /// A Double in [low, high): `rng.uniform(low, high)`.
  @inlinable @inline(__always)
  package mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * random()
  }
}
