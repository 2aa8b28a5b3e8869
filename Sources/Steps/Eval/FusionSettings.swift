import Recall
import Recipe

/// The settings of merged lists.
enum FusionSettings {
  /// Reads the section `fuse`; nil where there is none.
  static func read(_ fields: inout Fields) -> FusionOptions? {
    fields.optionalSection(
      "fuse",
      "Merges the lists of several sources into one, each counting what stands here; 0 leaves it out."
    ) { read(within: &$0) }
  }

  private static func read(within fields: inout Fields) -> FusionOptions {
    var options = FusionOptions()
    options.method = fields.choice(
      "method",
      default: options.method,
      "'weighted' adds scores, brought to 0..1 over each list; 'rrf' adds reciprocal ranks, 1 / (rrf_k + rank)."
    )
    for source in CandidateSource.allCases {
      options.weights[source] = fields.double(
        source.rawValue,
        default: options.weights[source] ?? 0,
        in: .closed(0, 1e6),
        help(source)
      )
    }
    options.depth = fields.int(
      "depth",
      default: options.depth,
      in: 1...10_000,
      "How many items of each are merged."
    )
    options.rrfK = fields.double(
      "rrf_k",
      default: options.rrfK,
      in: .closed(0, 1e6),
      "rrf: what is added to ranks; the more, the less the first ones stand out."
    )
    if options.sources.isEmpty {
      fields.fail("two_tower", "every source counts 0: nothing would be recommended; let one count more")
    }
    return options
  }

  private static func help(_ source: CandidateSource) -> String {
    switch source {
    case .twoTower: "How much the model counts."
    case .itemCF: "How much items clicked together with the user's count."
    case .popularity: "How much the most clicked items of the history count."
    case .recentPopularity: "How much the items clicked most just before the request count."
    case .newest: "How much the youngest items count."
    }
  }
}
