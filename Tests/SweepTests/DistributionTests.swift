import Testing

@testable import Sweep

@Suite("Distributions at their limits")
struct DistributionTests {
  @Test("a step need not divide the range, and a tenth counts as a tenth")
  func steps() {
    #expect(NumericAxis(.real(min: 0, max: 1, isLog: false, step: 0.3))?.count == 4)
    #expect(NumericAxis(.real(min: 0, max: 1, isLog: false, step: 0.1))?.count == 11)
    #expect(NumericAxis(.real(min: 0, max: 1e300, isLog: false, step: 1e-300))?.count == .max)
    let last = Distribution.integer(min: 1, max: 9, isLog: false, step: 5).value(at: 0.999)
    #expect(last == 6)
  }

  @Test(
    "no draw leaves its range",
    arguments: [
      Distribution.real(min: 1e-7, max: 3e-3, isLog: true, step: nil),
      .real(min: 0.1, max: 0.7, isLog: false, step: 0.2), .real(min: 1, max: 9, isLog: true, step: 2),
      .integer(min: -3, max: 4, isLog: false, step: 1), .integer(min: 1, max: 1000, isLog: true, step: 1),
      .integer(min: 5, max: 5, isLog: true, step: 1), .real(min: 2, max: 2, isLog: true, step: nil),
      .categorical(count: 3, probabilities: [0.2, 0.3, 0.5]), .normal(mean: 1, deviation: 0),
    ]
  )
  func ends(distribution: Distribution) {
    for unit in [1e-16, 0.25, 0.5, 0.75, 1 - 1e-16] {
      #expect(distribution.admits(distribution.value(at: unit)))
    }
  }

  @Test("the ends of a uniform draw are the ends of the range")
  func corners() {
    let log = Distribution.real(min: 1e-4, max: 1, isLog: true, step: nil)
    #expect(abs(log.value(at: 0.5) - 1e-2) < 1e-15)
    let whole = Distribution.integer(min: 1, max: 4, isLog: false, step: 1)
    #expect([0.24, 0.26, 0.49, 0.51, 0.99].map(whole.value) == [1, 2, 2, 3, 4])
    let skewed = Distribution.categorical(count: 3, probabilities: [0.2, 0.3, 0.5])
    #expect([0.1, 0.3, 0.49, 0.51, 0.99].map(skewed.value) == [0, 1, 1, 2, 2])
    #expect(Distribution.normal(mean: 3, deviation: 2).value(at: 0.5) == 3)
  }

  @Test("values of another space are not admitted")
  func admits() {
    #expect(!Distribution.real(min: 0, max: 1, isLog: false, step: nil).admits(1.5))
    #expect(!Distribution.real(min: 0, max: 1, isLog: false, step: nil).admits(.nan))
    #expect(!Distribution.categorical(count: 2, probabilities: nil).admits(2))
    #expect(Distribution.normal(mean: 0, deviation: 1).admits(-50))
  }
}
