import Testing

@testable import Sweep

@Suite("Intervals by user against other seeds")
struct SeedCalibrationTests {
  /// SciPy: t.interval(0.95, 3, 0.5, scipy.stats.sem([0, 1, 0, 1])) = (-0.41869, 1.41869).
  @Test("each run has Student's interval over its users, and the mean of the other seeds beside it")
  func intervals() throws {
    let calibration = try #require(SeedCalibration([[0, 1, 0, 1], [1, 1, 1, 1], [0, 0, 0, 1]]))
    #expect(calibration.runs.map(\.mean) == [0.5, 1, 0.25])
    #expect(abs(calibration.runs[0].low + 0.41869) < 1e-4 && abs(calibration.runs[0].high - 1.41869) < 1e-4)
    #expect(calibration.runs.map(\.others) == [0.625, 0.375, 0.75])
    // Users who all agree leave an interval without width.
    #expect(calibration.runs.map(\.holds) == [true, false, true])
  }

  @Test("one seed, one user or a failed run tell nothing")
  func tooLittle() {
    #expect(SeedCalibration([[0, 1]]) == nil && SeedCalibration([[0], [1]]) == nil)
    #expect(SeedCalibration([[0, 1], [.nan, 1]]) == nil && SeedCalibration([]) == nil)
    #expect(SeedCalibration([[0, 1], [.nan, 1], [1, 1]])?.runs.count == 2)
  }
}
