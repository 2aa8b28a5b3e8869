/// Whether the interval that one run gives by users holds what the same setting finds with other seeds.
///
/// The interval of a run is Student's, of the mean over its users: it says how sure the figure is for other users, and
/// carries nothing of what another seed would do. Where seeds matter little beside users, as many of such intervals
/// hold the mean of the other seeds as they promise.
struct SeedCalibration: Equatable {
  /// One run.
  struct Run: Equatable {
    /// The mean over users.
    let mean: Double
    /// The lower end of its interval.
    let low: Double
    /// The upper end.
    let high: Double
    /// The mean of the setting's other seeds.
    let others: Double

    /// Whether the interval holds the others.
    var holds: Bool { low <= others && others <= high }
  }

  /// The runs in the order of the seeds.
  let runs: [Run]

  /// The calibration of one setting; nil for fewer than two seeds or users.
  /// - Parameter units: the values by user, `[seeds][users]`.
  init?(_ units: [[Double]], error: Double = 0.05) {
    let finite = units.filter { $0.count > 1 && $0.allSatisfy(\.isFinite) }
    guard finite.count > 1 else { return nil }
    let summaries = finite.map(Summary.init)
    let sum = summaries.reduce(0) { $0 + $1.mean }
    runs = summaries.map { summary in
      let spread = (summary.deviation ?? 0) / Double(summary.count).squareRoot()
      let reach = StudentT.quantile(1 - error / 2, freedom: summary.count - 1) * spread
      return Run(
        mean: summary.mean,
        low: summary.mean - reach,
        high: summary.mean + reach,
        others: (sum - summary.mean) / Double(summaries.count - 1)
      )
    }
  }
}
