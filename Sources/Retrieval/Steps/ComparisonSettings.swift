import Notebook
import Recipe

/// What `eval` measures beside the model: baselines, and the list that is merged from several sources.
struct ComparisonSettings: Sendable {
  /// The name of the merged list.
  static let fusedName = "fused"

  private let baselines: [Baseline]
  private let settings: BaselineSettings
  private let fusion: FusionOptions?

  init(_ fields: inout Fields) {
    let named = fields.choices(
      "baselines",
      default: [Baseline.popularity],
      "What is measured beside the model: 'popularity', the most clicked items of the history; "
        + "'recent_popularity', those clicked most just before the request; 'item_cf', those clicked together with "
        + "what the user has clicked."
    )
    baselines = named.enumerated().filter { named.firstIndex(of: $1) == $0 }.map(\.element)
    settings = BaselineSettings(&fields)
    fusion = FusionSettings.read(&fields)
  }

  /// The baselines' names.
  var baselineNames: [String] { baselines.map(\.rawValue) }
  /// The names of all that is measured beside the model.
  var names: [String] { baselineNames + (fusion == nil ? [] : [Self.fusedName]) }
  /// How many of the model's items are merged; nil where none are.
  var mergedDepth: Int? { fusion.flatMap { $0.sources.contains(.twoTower) ? $0.depth : nil } }

  /// The lists of ``names``, in that order, `k` items for each user with held-out clicks.
  ///
  /// - Parameters:
  ///   - places: where these users stand in the user vocabulary.
  func lists(
    k: Int,
    _ split: SplitData,
    _ pass: RankingPass,
    _ places: [Int],
    _ context: RunContext
  ) throws -> [(name: String, lists: RankedLists)] {
    let rankers = try BaselineRankers(
      baselines + (fusion?.sources.compactMap(\.baseline) ?? []),
      settings,
      split,
      ticksPerSecond: pass.encoded.clock.ticksPerSecond,
      at: pass.encoded.requestMoment,
      threads: context.threads,
      checkpoint: { try context.checkCancellation() }
    )
    let users = split.heldOut.users
    var ranked = try baselines.map { baseline in
      try context.checkCancellation()
      return (name: baseline.rawValue, lists: rankers.lists(baseline, k: k, users: users))
    }
    if let fusion {
      let fused = FusedRanking(options: fusion, rankers: rankers, pass: pass, context: context)
      ranked.append((Self.fusedName, try fused.lists(users, places, k: k).lists))
    }
    return ranked
  }
}
