import Testing

@testable import Recall

@Suite("Shares with intervals by user")
struct ClusteredShareTests {
  @Test("three users by hand")
  func byHand() throws {
    // Hits and requests: 2 of 3, 0 of 1, 1 of 1; p = 3/5. Sum of (h - p n)^2 = 0.04 + 0.36 + 0.16 = 0.56;
    // variance = 3/2 * 0.56 / 25 = 0.0336.
    let share = ClusteredShare([1, 0, 1, 0, 1], users: [4, 4, 4, 9, 2])
    #expect(share.value == 0.6 && share.count == 5)
    let interval = try #require(share.interval)
    #expect(abs(interval.low - (0.6 - 1.959963984540054 * 0.0336.squareRoot())) < 1e-12)
    #expect(abs(interval.high - (0.6 + 1.959963984540054 * 0.0336.squareRoot())) < 1e-12)
  }

  @Test("one user has no interval, and nothing no share")
  func few() {
    #expect(ClusteredShare([1, 0], users: [7, 7]).interval == nil)
    #expect(ClusteredShare([], users: []).value.isNaN)
  }
}
