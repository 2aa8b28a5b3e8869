/// A small generator for one of very many independent streams, two multiplications a draw.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
package struct SplitMix {
  @usableFromInline var state: UInt64

  /// The stream number `stream` of `seed`.
  package init(seed: Int, stream: Int) {
    var mixer = SplitMix(state: UInt64(bitPattern: Int64(seed)))
    state = mixer.next() ^ UInt64(bitPattern: Int64(stream)) &* 0xD1B5_4A32_D192_ED03
    // Neighbouring streams would begin alike without a round of mixing.
    state = next()
  }

  /// The stream that begins at `state`.
  package init(state: UInt64) { self.state = state }

  /// What a stream moves on by with every draw: an odd number near 2^64 / the golden ratio.
  @usableFromInline static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The mixing that makes a draw of a state: a bijection of 64 bits in which every input bit moves about half of the
  /// output bits; 0 stays 0.
  @inlinable @inline(__always)
  package static func finish(_ state: UInt64) -> UInt64 {
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// The same, with 0 moved like all others: the first draw of the stream that begins at `value`.
  package static func mix(_ value: UInt64) -> UInt64 { finish(value &+ gamma) }

  /// The next 64 bits.
  @inlinable @inline(__always)
  package mutating func next() -> UInt64 {
    state &+= Self.gamma
    return Self.finish(state)
  }

  /// A number from 0, below 1, in steps of 2^-53.
  @inlinable @inline(__always)
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number from 0 to `bound - 1`, for bounds far below 2^64 (where the bias cannot be seen).
  @inlinable @inline(__always)
  package mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
