import Report

/// A small generator for one of very many independent streams.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014
/// (SplitMix64, with the constants of its public-domain C version by S. Vigna).
struct RandomStream {
  private var state: UInt64

  /// The stream of a parameter of a trial of a study.
  init(seed: UInt64, number: Int, parameter: Int) {
    let trial = Self.mix(Self.mix(seed) ^ UInt64(bitPattern: Int64(number)))
    // The additions keep key 0 from being passed through unmixed.
    state = Self.mix(trial &+ UInt64(bitPattern: Int64(parameter)) &+ 0xD1B5_4A32_D192_ED03)
  }

  /// A bijection of 64 bits in which every input bit moves about half of the output bits.
  static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    defer { state &+= 0x9E37_79B9_7F4A_7C15 }
    return Self.mix(state)
  }

  /// A number strictly between 0 and 1, in steps of 2^-52.
  mutating func unit() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

  /// A position in `weights`, by their shares; they are not negative and not all 0.
  mutating func position(in weights: [Double]) -> Int { Self.position(at: unit(), in: weights) }

  /// The position in `weights` that the share `unit` of their sum falls on.
  static func position(at unit: Double, in weights: [Double]) -> Int {
    let goal = unit * weights.reduce(0, +)
    var sum = 0.0
    var last = 0
    for (position, weight) in weights.enumerated() where weight > 0 {
      sum += weight
      last = position
      if goal < sum { break }
    }
    return last
  }
}
