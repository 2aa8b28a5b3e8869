/// How sure a figure is: how often the users are drawn anew, and how wide intervals are.
package struct BootstrapOptions: Sendable, Hashable {
  /// How many times the users are drawn anew, and how many permutations a test makes; 0 for neither.
  package var samples = 1000
  /// The share of the resamples that an interval holds, above 0 and below 1.
  package var level = 0.95
  /// The seed of all draws.
  package var seed = 42

  /// A thousand resamples, intervals of 95 %.
  package init() {}
}
