import Clicks
import Recall

/// What lists are measured against, the same for the model and every baseline.
struct Evaluation {
  let split: SplitData
  let catalogue: Catalogue
  /// The values of `k`, ascending.
  let cutoffs: [Int]
  let settings: EvalSettings
  let threads: Int
  /// What there is to be found.
  let targets: HeldOutTargets
  /// How often items were clicked in the history.
  let clicks: ItemClicks
  /// What each user clicked before the request.
  let requestHistory: UserSequences

  init(_ split: SplitData, _ catalogue: Catalogue, cutoffs: [Int], _ settings: EvalSettings, threads: Int) {
    self.split = split
    self.catalogue = catalogue
    self.cutoffs = cutoffs
    self.settings = settings
    self.threads = threads
    targets = HeldOutTargets(split.heldOut)
    clicks = ItemClicks(Popularity(split.history))
    requestHistory = split.requestHistory
  }

  /// Measures one list for each user with held-out clicks, in their order.
  /// - Parameter validation: its measures on validation clicks.
  func row(_ name: String, _ lists: RankedLists, validation: RankingScores? = nil) -> EvalRow {
    EvalRow(
      name: name,
      scores: scores(lists, heldOut: split.heldOut),
      found: targets.found(in: lists, k: settings.headlineK),
      use: CatalogueUse(lists, k: settings.headlineK, catalogue: catalogue.knownItems, clicks: clicks),
      validation: validation
    )
  }

  /// All measures of `lists` against other held-out clicks.
  func scores(_ lists: RankedLists, heldOut: UserSequences) -> RankingScores {
    RankingScores(lists, heldOut: heldOut, cutoffs: cutoffs, threads: threads)
  }

  /// What is held out, cut by all there is to cut by.
  func slicings(ticksPerSecond: Int64) -> [Slicing] {
    let users = split.heldOut.users
    let gap = Slicing(gapAfter: requestHistory, to: split.heldOut, ticksPerSecond: ticksPerSecond)
    return [Slicing(historyLength: requestHistory, of: users)] + (gap.map { [$0] } ?? [])
      + [Slicing(popularityOf: targets, clicks), Slicing(headAndTail: targets, clicks)]
  }
}
