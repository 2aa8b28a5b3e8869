import Glibc

/// How the learning rate moves over the steps of a training.
package struct LearningRateSchedule: Sendable, Equatable {
  /// What follows the warm-up.
  package enum Course: Sendable, Equatable {
    /// The full rate throughout.
    case constant
    /// Half a cosine over all steps, from the full rate down to `finalFraction` of it.
    /// Source: I. Loshchilov and F. Hutter, "SGDR", ICLR 2017, equation 5.
    case cosine(finalFraction: Double = 0)
  }

  /// What follows the warm-up.
  package var course: Course
  /// The rate rises linearly over this many steps; 0 for none.
  package var warmupSteps: Int

  /// Makes a schedule; the default is a constant rate.
  package init(_ course: Course = .constant, warmupSteps: Int = 0) {
    self.course = course
    self.warmupSteps = warmupSteps
  }

  /// What the full rate is multiplied by in step `step` (from 1) of `total`.
  ///
  /// Warm-up multiplies the course by min(1, step / warmupSteps).
  package func factor(step: Int, of total: Int) -> Double {
    let warmup = warmupSteps > 0 ? min(1, Double(step) / Double(warmupSteps)) : 1
    switch course {
    case .constant: return warmup
    case .cosine(let finalFraction):
      let progress = min(1, Double(step) / Double(max(1, total)))
      let fall = (1 + cos(Double.pi * progress)) / 2
      return warmup * (finalFraction + (1 - finalFraction) * fall)
    }
  }
}
