import Memory
import Foundation
import Testing

@testable import Numerics

/// `numpy_rng.json`: what NumPy's generator draws, for a few seeds.
@Suite("NumPy's generator, golden values")
struct RandomGoldenTests {
  struct Draws: Decodable {
    let random_raw: [String]
    let integers_0_1000: [Int]
    let random: [Double]
    let standard_normal: [Double]
    let permutation_10: [Int]
    let choice_10_of_100: [Int]
    let choice_300_of_12000_first10: [Int]
    let choice_20_of_60_then_again: [[Int]]
  }

  @Test("every draw of the golden file is the same, bit for bit")
  func golden() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/numpy_rng.json"
    )
    let data = try Data(contentsOf: file)
    let cases = try JSONDecoder().decode([String: Draws].self, from: data)
    #expect(cases.count == 4)
    for (name, expected) in cases {
      let start = NumpyGenerator(seed: try #require(Int(name)))
      var rng = start
      #expect(expected.random_raw == (0..<4).map { _ in String(rng.nextUInt64()) })
      rng = start
      #expect(rng.integers(0, 1000, count: 8) == expected.integers_0_1000)
      rng = start
      #expect(rng.random(count: 4) == expected.random)
      rng = start
      #expect(rng.standardNormal(count: 4) == expected.standard_normal)
      rng = start
      #expect(rng.permutation(10) == expected.permutation_10)
      rng = start
      #expect(rng.choice(100, size: 10) == expected.choice_10_of_100)
      rng = start
      #expect(Array(rng.choice(12000, size: 300).prefix(10)) == expected.choice_300_of_12000_first10)
      rng = start
      #expect([rng.choice(60, size: 20), rng.choice(60, size: 20)] == expected.choice_20_of_60_then_again)
    }
  }
}
