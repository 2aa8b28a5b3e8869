import Clicks
import Tables
import Notebook
import Numerics
import Recall

/// Measures a model in training on the clicks that are held out for validation.
struct Validator {
  let settings: ValidationSettings
  private let encoded: EncodeArtifact
  private let heldOut: UserSequences
  private let users: [Int32]
  private let histories: HistoryWindows
  private let seen: Exclusions
  private let threads: Int

  /// Draws the users, by the settings' seed, among those who have clicks held out for validation.
  init(_ settings: ValidationSettings, encoded: EncodeArtifact, split: SplitArtifact, threads: Int) throws {
    guard let validation = split.data.validation, !validation.users.isEmpty else {
      throw DataError("no user has a click held out for validation: each needs three clicks at least")
    }
    self.settings = settings
    self.encoded = encoded
    self.threads = threads
    heldOut = validation.drawn(settings.users, seed: settings.seed, stream: "train/validation/users")
    let clicks = encoded.clicks
    users = heldOut.users.map { clicks.userVocabulary.code(of: $0) }
    histories = HistoryWindows(
      clicks: clicks.history,
      starts: users.map { Int32(truncatingIfNeeded: clicks.offsets[Int($0) - 1]) },
      ends: users.map { Int32(truncatingIfNeeded: clicks.offsets[Int($0)]) }
    )
    let keys = encoded.catalogue.itemVocabulary.keys
    seen = Exclusions(
      users.map { user in
        clicks.history[clicks.offsets[Int(user) - 1]..<clicks.offsets[Int(user)]]
          .compactMap { $0 > 0 ? keys[Int($0) - 1] : nil }
      }
    )
  }

  /// The metric over all items of the catalogue, seen ones left out, user by user.
  func measure(_ model: TwoTowerModel) throws -> UnitValues {
    let catalogue = encoded.catalogue
    let items = try model.itemVectors(catalogue.itemInputs(for: model.shape, encoded.clock))
    let requests = encoded.historyQueries(of: model)
    let queries = try model.queryVectors(requests.inputs(users, histories))
    var lists = try Ranker(
      index: SearchIndex(vectors: items, ids: catalogue.items, approximate: nil),
      threads: threads
    ).search(
      queries,
      k: settings.k,
      SearchOptions(exclusions: seen, threads: threads),
      .exact,
      at: requests.requestMoments(users.map { Int($0) - 1 }),
      requests.trend
    ).lists
    lists.scores = []
    let metric = settings.metric
    let scores = RankingScores(
      lists,
      heldOut: heldOut,
      metrics: [metric],
      cutoffs: [settings.k],
      threads: threads
    )
    return UnitValues(ids: heldOut.users, values: Array(scores.perUser(metric, at: settings.k) ?? []))
  }
}
