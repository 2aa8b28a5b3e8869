/// How sure a figure is: how often the users are drawn anew, and how wide intervals are.
public struct BootstrapOptions: Sendable, Hashable {
  /// How many times the users are drawn anew, and how many permutations a test makes; 0 for neither.
  public var samples = 1000
  /// The share of the resamples that an interval holds, above 0 and below 1.
  public var level = 0.95
  /// The seed of all draws.
  public var seed = 42

  /// A thousand resamples, intervals of 95 %.
  public init() {}
}
