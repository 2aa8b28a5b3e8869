import Recall
import Recipe

extension BootstrapOptions {
  /// Reads the section `bootstrap` and the setting `seed`.
  init(_ fields: inout Fields) {
    var options = BootstrapOptions()
    fields.section("bootstrap", "How intervals and tests by user are drawn.") { inner in
      options.samples = inner.int(
        "samples",
        default: 1000,
        in: 0...100_000,
        "How many times the users are drawn anew for the intervals, and how many permutations the tests make; 0 for "
          + "neither."
      )
      options.level = inner.double(
        "level",
        default: 0.95,
        in: .open(0, 1),
        "The level of the intervals; a difference is more than luck where p is below 1 - level."
      )
    }
    options.seed = fields.int(
      "seed",
      defaultFrom: "config.seed",
      in: 0...Int.max,
      "Draws the resamples and permutations."
    )
    self = options
  }
}
