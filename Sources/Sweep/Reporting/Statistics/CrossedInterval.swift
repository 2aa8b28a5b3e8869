/// The mean difference of two settings measured on the same users with the same seeds, with an interval that carries what
/// users and seeds each add.
///
/// d[s][u] = m + a_u + b_s + e_su, users and seeds drawn at random. The mean's variance is
/// (MS_users + MS_seeds - MS_rest) / (U S), with degrees of freedom of that sum of mean squares; it is taken as no less than
/// the larger of the two alone gives.
///
/// Source: F. E. Satterthwaite, "An Approximate Distribution of Estimates of Variance Components", Biometrics 2, 1946, on
/// the mean squares of a two-way table without repeats (H. Scheffé, "The Analysis of Variance", 1959, section 7.4).
struct CrossedInterval: Equatable {
  /// The mean of `first - second`.
  let difference: Double
  /// The lower end.
  let low: Double
  /// The upper end.
  let high: Double
  /// How many users were measured.
  let users: Int
  /// How many seeds were run.
  let seeds: Int

  /// The interval that misses the truth with probability `error`, or nil for fewer than two seeds or users.
  /// - Parameters:
  ///   - first: `[seeds][users]`, not empty; likewise `second`, of the same users and seeds.
  init?(_ first: [[Double]], _ second: [[Double]], error: Double = 0.05) {
    let table = zip(first, second).map { zip($0, $1).map { $0 - $1 } }
    seeds = table.count
    users = table.first?.count ?? 0
    guard seeds > 1, users > 1, table.allSatisfy({ $0.count == table[0].count && $0.allSatisfy(\.isFinite) })
    else {
      return nil
    }
    let (rows, columns) = (Double(seeds), Double(users))
    let bySeed = table.map { $0.reduce(0, +) / columns }
    var byUser = [Double](repeating: 0, count: users)
    for row in table { for (user, value) in row.enumerated() { byUser[user] += value / rows } }
    let mean = bySeed.reduce(0, +) / rows
    var rest = 0.0
    for (seed, row) in table.enumerated() {
      for (user, value) in row.enumerated() {
        let left = value - bySeed[seed] - byUser[user] + mean
        rest += left * left
      }
    }
    func squares(_ means: [Double]) -> Double { means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } }
    let ofUsers = (square: rows * squares(byUser) / (columns - 1), freedom: columns - 1)
    let ofSeeds = (square: columns * squares(bySeed) / (rows - 1), freedom: rows - 1)
    let ofRest = (square: rest / ((rows - 1) * (columns - 1)), freedom: (rows - 1) * (columns - 1))
    let sum = ofUsers.square + ofSeeds.square - ofRest.square
    let larger = ofUsers.square > ofSeeds.square ? ofUsers : ofSeeds
    var (variance, freedom) = larger
    if sum > larger.square {
      variance = sum
      let parts = [ofUsers, ofSeeds, ofRest].map { $0.square * $0.square / $0.freedom }
      freedom = sum * sum / parts.reduce(0, +)
    }
    difference = mean
    let reach =
      variance > 0
      ? StudentT.quantile(1 - error / 2, freedom: max(1, Int(freedom)))
        * (variance / (rows * columns)).squareRoot() : 0
    (low, high) = (mean - reach, mean + reach)
  }
}
