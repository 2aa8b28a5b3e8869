/// By how much one setting is better than another on the same fresh seeds.
struct FreshLead: Equatable {
  /// The mean lead, positive where the first is better, in units of the metric.
  let difference: Double
  /// The interval of 95 %.
  let low: Double
  let high: Double
  /// The interval that holds for all comparisons that were possible together.
  ///
  /// Source: Bonferroni's inequality.
  let strictLow: Double
  let strictHigh: Double
  /// How many seeds both have.
  let seeds: Int
  /// How many users both were measured on; nil where only means are known, and the interval carries seeds alone.
  let users: Int?

  /// Compares losses: user by user and seed by seed where both have users' values, else by the means of seeds.
  /// - Parameters:
  ///   - losses: of the better one and of the other, one a seed.
  ///   - units: likewise, `[seeds][users]`; empty where they are not known.
  ///   - comparisons: how many pairs could have been compared, 1 or more.
  /// - Returns: nil for fewer than two seeds in common.
  init?(
    losses: (first: [Double], second: [Double]),
    units: (first: [[Double]], second: [[Double]]),
    comparisons: Int
  ) {
    let strict = 0.05 / Double(max(comparisons, 1))
    if let crossed = CrossedInterval(units.second, units.first),
      let wide = CrossedInterval(units.second, units.first, error: strict)
    {
      (difference, low, high) = (crossed.difference, crossed.low, crossed.high)
      (strictLow, strictHigh) = (wide.low, wide.high)
      (seeds, users) = (crossed.seeds, crossed.users)
    } else if let paired = PairedInterval(losses.second, losses.first),
      let wide = PairedInterval(losses.second, losses.first, error: strict)
    {
      (difference, low, high) = (paired.difference, paired.low, paired.high)
      (strictLow, strictHigh) = (wide.low, wide.high)
      (seeds, users) = (paired.pairs, nil)
    } else {
      return nil
    }
  }

  /// What the interval is of, in words.
  var words: String {
    guard let users else { return "paired over \(seeds) seeds" }
    return "paired over \(Words.count(users, "user")) and \(seeds) seeds"
  }
}
