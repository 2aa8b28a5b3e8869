/// A share of requests with an interval that holds the requests of one user for dependent.
///
/// With h of a user's n requests hit, the share is p = sum h / sum n, and its variance, by linearisation,
///
///     m / (m - 1) sum (h - p n)^2 / (sum n)^2
///
/// over m users. Source: W. G. Cochran, "Sampling Techniques", 3rd edition, 1977, equation 6.4 and section 9A: the ratio of
/// two totals over clusters.
package struct ClusteredShare: Sendable, Equatable {
  /// The share; not a number where there are no requests.
  package var value: Double
  /// Its interval at 95 %; nil for fewer than two users.
  package var interval: ConfidenceInterval?
  /// How many requests there are.
  package var count: Int

  /// The normal distribution's 97.5 % quantile.
  private static let quantile = 1.959963984540054

  /// Adds up `values` of requests, whose users are `users`, `[requests]`: 1 for a hit and 0 for none, or differences of two.
  package init(_ values: [Double], users: [Int32]) {
    precondition(values.count == users.count, "one user a request")
    count = values.count
    value = values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    var sums: [Int32: (hits: Double, count: Double)] = [:]
    for (user, value) in zip(users, values) {
      let own = sums[user] ?? (0, 0)
      sums[user] = (own.hits + value, own.count + 1)
    }
    guard sums.count > 1 else { return }
    // In the order of users, so that rounding does not hang on how they are stored.
    var squares = 0.0
    for user in sums.keys.sorted() {
      let own = sums[user] ?? (0, 0)
      let rest = own.hits - value * own.count
      squares += rest * rest
    }
    let total = Double(count)
    let variance = Double(sums.count) / Double(sums.count - 1) * squares / (total * total)
    let half = Self.quantile * variance.squareRoot()
    interval = ConfidenceInterval(low: value - half, high: value + half)
  }
}
