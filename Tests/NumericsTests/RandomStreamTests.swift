import Memory
import Testing

@testable import Numerics

/// Fingerprints of long draws, made by NumPy 1.26.4 and 2.4.6, which agree.
@Suite("NumPy's generator, long draws")
struct RandomStreamTests {
  struct Expected: Sendable {
    let seed: Int
    let normals: UInt64
    let integers: UInt64
    let choices: UInt64
  }

  static let expected = [
    Expected(
      seed: 0,
      normals: 0xe317_39b1_6179_638d,
      integers: 0xc3a3_5da5_868d_35b9,
      choices: 0x1172_d5ef_d6ec_4ea2
    ),
    Expected(
      seed: 4_294_967_295,
      normals: 0x1367_84da_9a0f_af2a,
      integers: 0xff8b_0fb5_d930_6ca4,
      choices: 0x4149_e3b6_10d7_3a24
    ),
    Expected(
      seed: 4_294_967_296,
      normals: 0x4982_38c1_60cc_e1d1,
      integers: 0x722c_b2e9_a213_71b3,
      choices: 0x6fa7_d051_dcae_9b52
    ),
    Expected(
      seed: 1_099_511_640_121,
      normals: 0x6659_5bee_9a7c_af04,
      integers: 0xf330_c4d0_9ae0_6f79,
      choices: 0x239a_f029_e175_c6b8
    ),
    Expected(
      seed: .max,
      normals: 0x109e_f032_02ca_3a42,
      integers: 0x7722_e556_70f2_91bf,
      choices: 0xc513_9c4d_b30c_1ece
    ),
  ]

  /// FNV-1a over 64-bit words.
  private func fingerprint(_ words: [UInt64]) -> UInt64 {
    words.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01b3 }
  }

  private func fingerprint(_ numbers: [Int]) -> UInt64 {
    fingerprint(numbers.map { UInt64(bitPattern: Int64($0)) })
  }

  @Test("100,000 normal draws have NumPy's bits, tail included", arguments: expected)
  func normals(_ expected: Expected) {
    var rng = NumpyGenerator(seed: expected.seed)
    let draws = rng.standardNormal(count: 100_000)
    #expect(fingerprint(draws.map(\.bitPattern)) == expected.normals)
    #expect(draws.contains { $0 > 3.66 } && draws.contains { $0 < -3.66 }, "the tail was drawn")
  }

  @Test(
    "integers are NumPy's for ranges of one, of 32 bits and their neighbours, and of 64 bits",
    arguments: expected
  )
  func integers(_ expected: Expected) {
    var rng = NumpyGenerator(seed: expected.seed)
    let bounds = [
      (0, 1), (0, 2), (0, 7), (-5, 17), (0, 1 << 31), (0, (1 << 32) - 1), (0, 1 << 32), (0, (1 << 32) + 1),
      (0, 3 << 61), (Int.min, Int.max),
    ]
    #expect(fingerprint(bounds.flatMap { rng.integers($0.0, $0.1, count: 101) }) == expected.integers)
  }

  @Test("choices by both algorithms, permutations and shuffles are NumPy's", arguments: expected)
  func choices(_ expected: Expected) {
    var rng = NumpyGenerator(seed: expected.seed)
    var drawn: [Int] = []
    for (population, size) in [
      (5, 5), (10000, 9999), (10001, 200), (10001, 201), (10001, 10001), (60000, 1201),
    ] {
      drawn += rng.choice(population, size: size)
    }
    for count in [2, 3, 1000] { drawn += rng.permutation(count) }
    var values = Array(0..<777)
    rng.shuffle(&values)
    drawn += values
    drawn.append(rng.integers(0, 10))
    #expect(fingerprint(drawn) == expected.choices)
  }

  @Test("a named stream is NumPy's spawned one, and differs from the unnamed and from others")
  func streams() {
    var rng = NumpyGenerator(seed: 42, stream: "dropout é")
    let words = (0..<3).map { _ in rng.nextUInt64() }
    #expect(words == [0xc61c_0366_a8ec_febd, 0xbfb0_661b_53a8_6f94, 0x1f7d_ee70_8d99_96e3])
    let firsts = [
      NumpyGenerator(seed: 42), NumpyGenerator(seed: 42, stream: ""), NumpyGenerator(seed: 42, stream: "a"),
      NumpyGenerator(seed: 42, stream: "a\0"), NumpyGenerator(seed: 43, stream: "a"),
    ].map { start in
      var rng = start
      return rng.nextUInt64()
    }
    #expect(Set(firsts).count == firsts.count)
  }

  @Test("32-bit words are halves, low one first, and a 64-bit word between them keeps the other half")
  func halves() {
    var rng = NumpyGenerator(seed: 5)
    let three = (0..<3).map { _ in rng.nextUInt32() }
    #expect(three == [2_881_021_352, 3_457_461_230, 97_294_837])
    #expect(rng.nextUInt64() == 0x83ec_603f_7806_adc0)
    var other = NumpyGenerator(seed: 5)
    _ = (other.nextUInt64(), other.nextUInt64(), other.nextUInt64())
    #expect(rng.nextUInt32() != UInt32(truncatingIfNeeded: other.nextUInt64()))
  }

  @Test("normal, uniform and the fills round as NumPy's astype does")
  func scaled() {
    var rng = NumpyGenerator(seed: 3)
    #expect(rng.normal(3, 0.5) == 4.020459560692592)
    #expect(rng.uniform(-2, 5) == -0.3423264538273021)
    let matrix = Matrix(rows: 2, columns: 3)
    rng.fillNormal(matrix.row(0), standardDeviation: 0.05)
    rng.fillUniform(matrix.row(1), low: -0.05, high: 0.05)
    #expect(
      matrix.values == [
        0.020904941484332085, -0.028388479724526405, -0.02263246476650238, -0.0066873058676719666,
        -0.002094870200380683, -0.03402610868215561,
      ]
    )
  }

  @Test(
    "going on by a number of words is drawing them: NumPy's PCG64(42).advance(count)",
    arguments: [
      (0, 0xc621_fbcd_16d9_2688), (1, 0x705a_5661_a791_ffc1), (2, 0xdbcd_12c2_6eda_1624),
      (1_000_003, 0x5605_2d88_bfbe_ad88), (1_099_511_627_781, 0x2135_cb32_2d1a_b653),
    ] as [(Int, UInt64)]
  )
  func advance(count: Int, next: UInt64) {
    var rng = NumpyGenerator(seed: 42)
    rng.advance(count)
    #expect(rng.nextUInt64() == next)
  }

  @Test("nothing to draw draws nothing")
  func nothing() {
    var rng = NumpyGenerator(seed: 1)
    let untouched = rng
    #expect(rng.permutation(0).isEmpty && rng.permutation(1) == [0])
    #expect(rng.choice(0, size: 0).isEmpty && rng.choice(["a"], size: 0).isEmpty)
    #expect(rng.integers(7, 8) == 7)
    var before = untouched
    #expect(rng.nextUInt64() == before.nextUInt64())
  }
}
