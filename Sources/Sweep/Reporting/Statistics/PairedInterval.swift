/// The mean difference of two settings run on the same seeds, with an interval.
///
/// Source: Student, "The Probable Error of a Mean" (1908), on the differences of the pairs: both settings met the
/// same seeds, so what a seed does to both drops out, which Welch's interval for separate samples would keep.
struct PairedInterval: Equatable {
  /// The mean of `first - second`.
  let difference: Double
  /// The lower end.
  let low: Double
  /// The upper end.
  let high: Double
  /// How many pairs were complete.
  let pairs: Int

  /// The interval that misses the truth with probability `error`, or nil for fewer than two complete pairs.
  init?(_ first: [Double], _ second: [Double], error: Double = 0.05) {
    let differences = zip(first, second).map { $0 - $1 }.filter(\.isFinite)
    let summary = Summary(differences)
    guard let deviation = summary.deviation else { return nil }
    pairs = summary.count
    difference = summary.mean
    let spread = deviation / Double(pairs).squareRoot()
    let reach = StudentT.quantile(1 - error / 2, freedom: pairs - 1) * spread
    (low, high) = (difference - reach, difference + reach)
  }
}
