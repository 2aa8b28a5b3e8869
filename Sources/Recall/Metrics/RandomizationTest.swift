import Memory
import Numerics

/// The paired randomisation test of two lists, by user.
///
/// If it did not matter which of the two lists a user is shown, the two could be swapped for every user at the toss
/// of a coin: the sign of each user's difference `d_u` is random. With `S = Σ d_u` and `S*` the same with random
/// signs, the two-sided p-value is `(1 + #{|S*| ≥ |S|}) / (permutations + 1)`.
///
/// Source: M. Smucker, J. Allan, B. Carterette, "A Comparison of Statistical Significance Tests for Information
/// Retrieval Evaluation", CIKM 2007; the 1 in both places, for the permutation that was seen, from B. Phipson,
/// G. Smyth, "Permutation P-values Should Never Be Zero", 2010.
package struct RandomizationTest: Sendable {
  /// The differences' magnitudes other than 0, ascending.
  private var magnitudes: [Double] = []
  /// How many users have each.
  private var counts: [Int] = []
  private let sum: Double

  /// A test of whether the mean of `differences`, one a user, is 0.
  package init(_ differences: some Collection<Double>) {
    for magnitude in differences.lazy.map(\.magnitude).filter({ $0 > 0 }).sorted() {
      if magnitudes.last == magnitude {
        counts[counts.count - 1] += 1
      } else {
        magnitudes.append(magnitude)
        counts.append(1)
      }
    }
    sum = differences.reduce(0, +)
  }

  /// The p-value from `permutations` (1 or more) drawn from the stream `randomisation test` of the seed: from
  /// `1 / (permutations + 1)` to 1.
  package func pValue(permutations: Int, seed: Int) -> Double {
    var coin = Coin(NumpyGenerator(seed: seed, stream: "randomisation test"))
    // Sums of the same terms in another order differ by roundings.
    let total = zip(magnitudes, counts).reduce(0) { $0 + $1.0 * Double($1.1) }
    let bound = sum.magnitude - 1e-12 * total
    var extreme = 1
    for _ in 0..<permutations {
      var drawn = 0.0
      // Of `count` users with one magnitude, `heads` have a plus: the others take as much away.
      for (magnitude, count) in zip(magnitudes, counts) {
        drawn += magnitude * Double(2 * coin.heads(in: count) - count)
      }
      if drawn.magnitude >= bound { extreme += 1 }
    }
    return Double(extreme) / Double(permutations + 1)
  }
}

/// A fair coin: every bit of a generator's words is one toss, the lowest first.
private struct Coin {
  private var generator: NumpyGenerator
  private var word: UInt64 = 0
  private var bitsLeft = 0

  init(_ generator: NumpyGenerator) { self.generator = generator }

  /// How many of `tosses` show heads.
  mutating func heads(in tosses: Int) -> Int {
    var heads = 0
    var open = tosses
    while open > 0 {
      if bitsLeft == 0 {
        word = generator.nextUInt64()
        bitsLeft = 64
      }
      let taken = min(open, bitsLeft)
      heads += (word & (UInt64.max >> UInt64(64 - taken))).nonzeroBitCount
      word = taken == 64 ? 0 : word >> UInt64(taken)
      bitsLeft -= taken
      open -= taken
    }
    return heads
  }
}
