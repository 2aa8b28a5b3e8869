/// The unit in which a log's times count.
package enum TimeUnit: String, CaseIterable, Sendable, Hashable {
  /// Seconds.
  case seconds = "s"
  /// Milliseconds.
  case milliseconds = "ms"
  /// Microseconds.
  case microseconds = "us"
  /// Nanoseconds.
  case nanoseconds = "ns"

  /// How many of the unit make a second.
  package var ticksPerSecond: Int64 {
    switch self {
    case .seconds: 1
    case .milliseconds: 1000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }

  /// The unit that `times`, taken as counted from 1970, must be in, by the largest magnitude.
  ///
  /// Up to 10^11 are seconds (until the year 5138), up to 10^14 milliseconds, up to 10^17 microseconds.
  package init(guessedFrom times: [Int64]) {
    switch times.lazy.map(\.magnitude).max() ?? 0 {
    case ..<100_000_000_000: self = .seconds
    case ..<100_000_000_000_000: self = .milliseconds
    case ..<100_000_000_000_000_000: self = .microseconds
    default: self = .nanoseconds
    }
  }
}
