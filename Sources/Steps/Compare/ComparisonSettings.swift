import Clicks
import Notebook
import Recall
import Recipe

/// What `eval` measures beside the model: baselines, and the list that is merged from several sources.
struct ComparisonSettings: Sendable {
  private let baselines: [Baseline]
  private let options: BaselineOptions
  private let fusion: FusionOptions?

  init(_ fields: inout Fields) {
    let named = fields.choices(
      "baselines",
      default: [Baseline.popularity],
      "What is measured beside the model: "
        + Baseline.allCases.map { "'\($0.rawValue)', \($0.explanation)" }.joined(separator: "; ") + "."
    )
    baselines = named.enumerated().filter { named.firstIndex(of: $1) == $0 }.map(\.element)
    options = BaselineSettings.read(&fields)
    fusion = FusionSettings.read(&fields)
  }

  /// The baselines' names.
  var baselineNames: [String] { baselines.map(\.rawValue) }
  /// Whether there is a merged list.
  var fuses: Bool { fusion != nil }
  /// The names of all that is measured beside the model.
  var names: [String] { baselineNames + (fuses ? [FusedLists.name] : []) }
  /// How many of the model's items are merged; nil where none are.
  var mergedDepth: Int? { fusion?.modelDepth }

  /// The item table must have what baselines need, and clicks the order that they are weighed by.
  func preflight(_ check: Preflight, _ encode: EncodeArtifact.Outline?, _ config: ConfigOutline?) {
    BaselineSettings.preflight(options.itemCF, check, encode, config)
    if baselines.contains(.newest) {
      BaselineSettings.preflight(options, key: "baselines", check, config)
    } else if fusion?.sources.contains(.newest) == true {
      BaselineSettings.preflight(options, key: "fuse.newest", check, config)
    }
  }

  /// All baselines that are asked for, by themselves or among the sources of the merged list.
  func rankers(_ split: SplitData, _ pass: RankingPass, _ context: RunContext) throws -> BaselineRankers {
    try pass.baselines(baselines + (fusion?.sources.compactMap(\.baseline) ?? []), options, split, context)
  }

  /// The lists of ``names``, in that order, `k` items for each of `users`.
  ///
  /// - Parameters:
  ///   - modelLists: the model's lists of a range of `users`, as deep as they are merged.
  func lists(
    _ users: [Int64],
    k: Int,
    _ rankers: BaselineRankers,
    _ context: RunContext,
    modelLists: (Int) throws -> (Range<Int>) throws -> RankedLists
  ) throws -> [(name: String, lists: RankedLists)] {
    var ranked = try baselines.map { baseline in
      try context.checkCancellation()
      return (name: baseline.rawValue, lists: rankers.lists(baseline, k: k, users: users))
    }
    if let fusion {
      let fused = FusedRanking(
        fusion,
        rankers: rankers,
        threads: context.threads,
        checkpoint: { try context.checkCancellation() },
        modelLists: try modelLists(fusion.depth)
      )
      ranked.append((FusedLists.name, try fused.lists(users, k: k).lists))
    }
    return ranked
  }
}
