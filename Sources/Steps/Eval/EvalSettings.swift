import Recall
import Recipe

/// The settings of `eval` that say how far its figures can be trusted.
struct EvalSettings {
  /// The `k` of headlines, slices and coverage.
  let headlineK: Int
  /// How intervals and tests are drawn.
  let bootstrap: BootstrapOptions
  /// The first so many dimensions of vectors that are measured too and have metrics, ascending.
  let widths: [Int]
  /// How many users the report shows one by one.
  let examples: Int
  /// Whether clicks held out for validation are measured too.
  let measuresValidation: Bool
  /// Whether it is measured apart what is found of new items.
  let measuresNewItems: Bool

  /// Reads the settings beside `cutoffs`, the values of `k`, ascending.
  init(_ fields: inout Fields, cutoffs: [Int]) {
    let largest = cutoffs.last ?? 1
    let written = fields.optionalInt(
      "headline_k",
      in: 1...10_000,
      "The k of the headline figures, the slices and the coverage: one of 'k'. By default 20 where that is one, else "
        + "the largest."
    )
    headlineK = written ?? (cutoffs.contains(20) ? 20 : largest)
    if let written, !cutoffs.contains(written), !fields.isDescribing {
      let listed = cutoffs.map(String.init).joined(separator: ", ")
      fields.fail("headline_k", "expected one of the values of 'k' (\(listed)), got \(written)")
    }
    measuresValidation = fields.bool(
      "validation",
      default: true,
      "Whether the clicks that 'split' holds out for validation, if any, are measured too, as 'validation.hit_rate@20': "
        + "what settings are to be chosen by."
    )
    measuresNewItems = fields.bool(
      "new_items",
      default: false,
      "Whether it is measured apart what is found of held-out items that nobody clicked in the history: in the lists as they "
        + "are, as 'new.hit_rate@20', and in lists of such items alone, as 'among_new.hit_rate@20'."
    )
    widths = Set(
      fields.ints(
        "widths",
        default: [],
        in: 1...1_000_000,
        count: 0...16,
        "How many of the vectors' first dimensions are measured too, each searched exactly, as 'width_32.hit_rate@20'; the "
          + "report shows those that 'matryoshka' of 'train' names in any case."
      )
    )
    .sorted()
    examples = fields.int(
      "examples",
      default: 4,
      in: 0...100,
      "How many users the report shows with what they clicked, what they got and what was held out, drawn by "
        + "'seed': in turn one whose click is found, one whose click is missed, one with a long history, one "
        + "with the shortest."
    )
    bootstrap = BootstrapOptions(&fields)
  }
}
