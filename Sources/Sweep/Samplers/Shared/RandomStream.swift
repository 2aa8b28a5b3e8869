import Memory
import Report

/// The draws of one parameter of one trial, a stream of their own for each.
struct RandomStream {
  private var bits: SplitMix

  /// The stream of a parameter of a trial of a study.
  init(seed: UInt64, number: Int, parameter: Int) {
    let trial = SplitMix.mix(SplitMix.mix(seed) ^ UInt64(bitPattern: Int64(number)))
    // The additions keep key 0 from being passed through unmixed.
    bits = SplitMix(
      state: SplitMix.mix(trial &+ UInt64(bitPattern: Int64(parameter)) &+ 0xD1B5_4A32_D192_ED03)
    )
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 { bits.next() }

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
