import Glibc
import Testing

@testable import Sweep

@Suite("The standard normal law")
struct StandardNormalTests {
  @Test(
    "its cumulative's logarithm is right from tail to tail (reference: SciPy log_ndtr)",
    arguments: [
      (-30.0, -454.32124395634327), (-20.0, -203.9171553710973), (-19.99, -203.71670771720844),
      (-5.0, -15.064998393988727), (1.0, -0.1727537790234499),
    ]
  )
  func logCumulative(x: Double, expected: Double) {
    #expect(abs(StandardNormal.logCumulative(x) - expected) < 1e-13 * abs(expected))
  }

  @Test("mass far out in the right tail does not vanish (reference: Optuna)")
  func tailMass() {
    #expect(abs(StandardNormal.logMass(10, 11) - -53.231310225583115) < 1e-10)
    #expect(StandardNormal.logMass(10, 11) == StandardNormal.logMass(-11, -10))
  }

  @Test("mass within one deviation is 0.6827, and that of a hair is the density times its width")
  func centralMass() {
    #expect(abs(exp(StandardNormal.logMass(-1, 1)) - 0.682_689_492_137_086) < 1e-14)
    let hair = StandardNormal.logMass(0, 1e-9)
    #expect(abs(hair - (-0.918_938_533_204_672_8 + log(1e-9))) < 1e-9)
    #expect(StandardNormal.logMass(2, 2) == -.infinity)
  }

  @Test("the quantile undoes the cumulative", arguments: [1e-300, 1e-20, 0.001, 0.3, 0.5, 0.9, 0.999_999])
  func quantile(probability: Double) {
    let x = StandardNormal.quantile(probability)
    #expect(abs(StandardNormal.cumulative(x) / probability - 1) < 1e-11)
  }

  @Test("a quantile of a law cut off at both ends stays between them, in either tail")
  func truncated() {
    #expect(abs(StandardNormal.truncatedQuantile(0.5, -1, 1)) < 1e-12)
    for (low, high) in [(8.0, 9.0), (-9.0, -8.0), (40.0, 41.0), (-1e-9, 1e-9)] {
      for share in [1e-12, 0.25, 0.5, 1 - 1e-12] {
        let x = StandardNormal.truncatedQuantile(share, low, high)
        #expect(x >= low && x <= high)
      }
    }
    // Out at 8 deviations nearly all mass is near the inner end: the mean is about 8 + 1/8.
    #expect(abs(StandardNormal.truncatedQuantile(0.5, 8, 9) - 8.085) < 0.005)
  }
}
