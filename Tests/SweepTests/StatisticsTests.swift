import Testing

@testable import Sweep

@Suite("Statistics of the report")
struct StatisticsTests {
  /// Two-sided 95 % and 99 % points from the tables of Abramowitz and Stegun (table 26.10).
  @Test(
    "t quantiles are those of the printed tables",
    arguments: [
      (0.975, 1, 12.706), (0.975, 2, 4.303), (0.975, 3, 3.182), (0.975, 4, 2.776), (0.975, 5, 2.571),
      (0.975, 9, 2.262), (0.975, 10, 2.228), (0.975, 30, 2.042), (0.975, 120, 1.980), (0.995, 4, 4.604),
      (0.995, 1, 63.657), (0.95, 7, 1.895), (0.5, 6, 0),
    ]
  )
  func quantiles(probability: Double, freedom: Int, expected: Double) {
    #expect(abs(StudentT.quantile(probability, freedom: freedom) - expected) < 6e-4)
  }

  @Test("one degree of freedom within ±1 holds half, two within ±√2 the root of a half")
  func probabilities() {
    #expect(abs(StudentT.probabilityWithin(1, freedom: 1) - 0.5) < 1e-12)
    // F(t) for two degrees is t / √(2 + t²): √2 / 2.
    #expect(abs(StudentT.probabilityWithin(2.0.squareRoot(), freedom: 2) - 0.5.squareRoot()) < 1e-12)
    // Three degrees at √3: the angle is 45°, so 2/π · (π/4 + 1/2).
    #expect(abs(StudentT.probabilityWithin(3.0.squareRoot(), freedom: 3) - (0.5 + 1 / Double.pi)) < 1e-12)
  }

  @Test("the paired interval of 1, 2, 3 is 2 ± 4.303 · 1/√3")
  func pairedInterval() throws {
    let interval = try #require(PairedInterval([11, 22, 33], [10, 20, 30]))
    #expect(interval.pairs == 3)
    #expect(interval.difference == 2)
    #expect(abs(interval.low - (2 - 2.4841)) < 1e-3)
    #expect(abs(interval.high - (2 + 2.4841)) < 1e-3)
  }

  @Test("a pair with a missing run is left out, and one pair makes no interval")
  func missingPairs() {
    #expect(PairedInterval([1, .nan, 3], [0, 1, 1])?.pairs == 2)
    #expect(PairedInterval([1, .nan], [0, 1]) == nil)
    #expect(PairedInterval([], []) == nil)
    let equal = PairedInterval([1, 2], [0, 1])
    #expect(equal?.low == 1 && equal?.high == 1)
  }

  @Test("a smaller error makes a wider interval: 99 % of 1, 2, 3 is 2 ± 9.925 · 1/√3")
  func strictInterval() throws {
    let interval = try #require(PairedInterval([1, 2, 3], [0, 0, 0], error: 0.01))
    #expect(abs(interval.high - (2 + 5.7302)) < 1e-3)
  }

  @Test("normal quantiles are those of the printed tables")
  func normalQuantiles() {
    #expect(abs(NormalOrder.quantile(0.975) - 1.959964) < 1e-6)
    #expect(abs(NormalOrder.quantile(0.9) - 1.281552) < 1e-6)
    #expect(abs(NormalOrder.quantile(0.5)) < 1e-9)
    #expect(abs(NormalOrder.quantile(0.05) + 1.644854) < 1e-6)
  }

  @Test("Blom's approximation: n = 2 is the normal quantile of 13/18, and it nears the exact values")
  func blom() {
    #expect(NormalOrder.expectedGreatest(of: 0) == 0)
    #expect(NormalOrder.expectedGreatest(of: 1) == 0)
    #expect(NormalOrder.expectedGreatest(of: 2) == NormalOrder.quantile(13.0 / 18))
    // Exact expectations: 1/√π, 3/(2√π), 1.53875, 2.50759.
    for (count, exact) in [(2, 0.56419), (3, 0.84628), (10, 1.53875), (100, 2.50759)] {
      #expect(abs(NormalOrder.expectedGreatest(of: count) - exact) < 0.03)
    }
  }

  @Test("mean 5 and deviation √(32/7) of a textbook sample")
  func summary() throws {
    let summary = Summary([2, 4, 4, 4, 5, 5, 7, 9, .nan])
    #expect(summary.count == 8)
    #expect(summary.mean == 5)
    #expect(try abs(#require(summary.deviation) - (32.0 / 7).squareRoot()) < 1e-12)
    #expect(Summary([3]).deviation == nil)
    #expect(Summary([]).mean.isNaN)
  }

  @Test("the pooled deviation weighs groups by their degrees of freedom; the median is the middle")
  func pooled() {
    // Squares 2 (one degree) and 8 (two degrees): √(10/3).
    #expect(Summary.pooledDeviation([[1, 3], [0, 2, 4], [7]]) == (10.0 / 3).squareRoot())
    #expect(Summary.pooledDeviation([[1], []]) == nil)
    #expect(Summary.median([5, 1, .nan, 3]) == 3)
    #expect(Summary.median([4, 1, 2, 3]) == 2.5)
    #expect(Summary.median([.nan]) == nil)
  }

  @Test("a map of one value is flat, and midway between two points lies their mean")
  func distanceMap() {
    let flat = DistanceMap([MapPoint(x: 0, y: 0, value: 3), MapPoint(x: 1, y: 1, value: 3)])
    #expect(flat.grid(columns: 3, rows: 2).allSatisfy { abs($0.value - 3) < 1e-12 })
    let slope = DistanceMap([MapPoint(x: 0, y: 0, value: 2), MapPoint(x: 10, y: 4, value: 6)])
    #expect(abs(slope.value(atX: 5, y: 2) - 4) < 1e-12)
    #expect(slope.value(atX: 0, y: 0) < 2.01)
    #expect(slope.grid(columns: 2, rows: 2).map(\.x) == [0, 10, 0, 10])
    #expect(slope.grid(columns: 2, rows: 2).map(\.y) == [0, 0, 4, 4])
  }

  @Test("digits: four significant of the largest, more for a narrow spread, never over eight")
  func digits() {
    #expect(MetricFormat([0.25, 0.21]).text(0.25) == "0.2500")
    #expect(MetricFormat([0.25001, 0.25002]).digits == 7)
    #expect(MetricFormat([1234, 1300]).text(1234.4) == "1,234.4")
    #expect(MetricFormat([]).digits == 4)
    #expect(MetricFormat([0.25, .nan, .infinity]).digits == 4)
    #expect(MetricFormat([0, 0]).text(0) == "0.000")
    #expect(MetricFormat([0.25]).text(Summary([0.2, 0.4])) == "0.3000 ± 0.1414")
    #expect(MetricFormat([0.25]).text(Summary([])) == "–")
  }
}
